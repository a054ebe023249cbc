import { quantile } from 'simple-statistics';
import type { Clock } from '../host/clock.ts';

/** Nights whose differences make the floor. */
const nights = 30;

/** Below this no change matters, however quiet a cell is. */
const least: Record<Clock, number> = { virtual: 0.002, wall: 0.03 };

/**
 * By how much a cell may differ from itself: `deltas` are what a variant and its copy in the same run differed by
 * (relative), night by night. The outer Tukey fence of the last thirty.
 */
export function noiseFloor(clock: Clock, deltas: readonly number[] = []): number {
  const sizes = deltas.slice(-nights).map(Math.abs);
  if (sizes.length === 0) return least[clock];
  const [q1, q3] = [quantile(sizes, 0.25), quantile(sizes, 0.75)];
  return Math.max(least[clock], q3 + 3 * (q3 - q1));
}
