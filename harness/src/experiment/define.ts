import type { Experiment } from './experiment.ts';

type Optional = 'kernels' | 'baseline' | 'ratios' | 'plots';

/** Without kernels, the default kernel; without a baseline, the first variant of the first block. */
export function defineExperiment(
  given: Omit<Experiment, Optional> & Partial<Pick<Experiment, Optional>>,
): Experiment {
  const [first] = given.matrices;
  const experiment = {
    kernels: [{ name: 'default' }],
    baseline: first?.variants[0] ?? '',
    ratios: [],
    plots: [],
    ...given,
  };
  const { name, baseline, matrices } = experiment;
  if (!matrices.some(({ variants }) => variants.includes(baseline))) {
    throw new TypeError(`${name} measures no "${baseline}", which is its baseline`);
  }
  return experiment;
}
