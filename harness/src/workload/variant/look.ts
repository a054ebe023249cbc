export const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross'] as const;

/**
 * How a variant looks in every figure of every run: the hue is its mechanism, dashes say that it spins, dots that it
 * is a limit.
 */
export interface Look {
  hue: 'slate' | 'vermilion' | 'blue' | 'purple' | 'green' | 'ochre' | 'indigo' | 'wine' | 'moss';
  line: 'solid' | 'dashed' | 'dotted';
  shape: (typeof shapes)[number];
}
