import type { Interval } from './interval.ts';

export const comparisons = ['faster', 'slower', 'equivalent', 'inconclusive'] as const;
export type Comparison = (typeof comparisons)[number];

/** The smallest relative difference that matters in practice. */
export const practicalMargin = 0.03;

/** Compares a ratio's whole interval with the margin, which is symmetric: 1.03 up, 1/1.03 down. */
export function comparisonOf(
  { lo, hi }: Pick<Interval, 'lo' | 'hi'>,
  better: 'higher' | 'lower',
  margin = practicalMargin,
): Comparison {
  const [least, most] = [1 / (1 + margin), 1 + margin];
  if (lo > most) return better === 'higher' ? 'faster' : 'slower';
  if (hi < least) return better === 'higher' ? 'slower' : 'faster';
  return lo >= least && hi <= most ? 'equivalent' : 'inconclusive';
}
