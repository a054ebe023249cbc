export const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross'] as const;

/**
 * The look of a variant in every figure of every run. The hue shows its mechanism, dashes show that it spins, dots show
 * that it is a limit.
 */
export interface Look {
  hue: 'slate' | 'vermilion' | 'blue' | 'purple' | 'green' | 'ochre' | 'indigo' | 'wine' | 'moss';
  line: 'solid' | 'dashed' | 'dotted';
  shape: (typeof shapes)[number];
}
