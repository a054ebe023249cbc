import type { Claim } from './claim.ts';

interface Decided extends Claim {
  cell?: { variant?: string | undefined } | undefined;
}

/** The command that measures the cells of a claim alone. */
export function repeatCommand({ ratio, cell, clock, where }: Decided, experiment: string): string {
  const { kernel, variant, clock: _clock, ...place } = where;
  // A ratio of two kernels names its variant; the experiment has the kernels.
  const isOfKernels = kernel !== undefined && variant !== undefined;
  const sides = isOfKernels ? [variant] : ratio ? [ratio.numerator, ratio.denominator] : [cell?.variant];
  const variants = sides.filter((side) => side !== undefined).join(',');
  const only = Object.entries({ ...(variants !== '' && { variant: variants }), ...place });
  const flags = only.map(([factor, value]) => `--only ${factor}=${value}`);
  return [`npm run experiment ${experiment} --`, ...flags, `--clock ${clock}`].join(' ');
}
