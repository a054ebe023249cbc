import { quantile } from 'simple-statistics';
import type { Clock } from '../host/clock.ts';

/** The number of nights that decide the floor. */
const nights = 30;

/** The smallest relative change that matters, even for a quiet cell. */
const least: Record<Clock, number> = { virtual: 0.002, wall: 0.03 };

/**
 * The noise of a cell: the outer Tukey fence of the last thirty `deltas`. They are the relative differences between a
 * variant and its copy in the same run, night by night.
 */
export function noiseFloor(clock: Clock, deltas: readonly number[] = []): number {
  const sizes = deltas.slice(-nights).map(Math.abs);
  if (sizes.length === 0) return least[clock];
  const [q1, q3] = [quantile(sizes, 0.25), quantile(sizes, 0.75)];
  return Math.max(least[clock], q3 + 3 * (q3 - q1));
}
