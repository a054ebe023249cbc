import jstat from 'jstat';
import { max, mean, min, sampleStandardDeviation } from 'simple-statistics';
import type { Clock } from '../host/clock.ts';

/** An estimate with its interval: a 95 % t interval, or the range of the values. */
export interface Interval {
  value: number;
  lo: number;
  hi: number;
  interval: 't' | 'range';
}

const confidence = 0.95;

/** Wall figures vary between boots and get a t interval. Deterministic figures, and single boots, get a range. */
export function estimate(clock: Clock, replicates: readonly number[]): Interval {
  const isNoisy = clock === 'wall' && replicates.length > 1 && replicates.every((x) => x > 0);
  return isNoisy ? logInterval(replicates) : range(replicates);
}

/** The t interval of independent positive replicates, on the log scale, because speeds multiply. */
export function logInterval(replicates: readonly number[]): Interval {
  const logs = replicates.map(Math.log);
  const centre = mean(logs);
  const half = halfWidth(logs);
  return {
    value: Math.exp(centre),
    lo: Math.exp(centre - half),
    hi: Math.exp(centre + half),
    interval: 't',
  };
}

/** The range of repeated, deterministic runs. It has no probability. */
export function range(replicates: readonly number[]): Interval {
  const isPositive = replicates.every((x) => x > 0);
  const value = isPositive ? Math.exp(mean(replicates.map(Math.log))) : mean([...replicates]);
  const [lo, hi] = [min([...replicates]), max([...replicates])];
  return { value: Math.min(Math.max(value, lo), hi), lo, hi, interval: 'range' };
}

/** The 97.5 % quantile of Student's t. */
export function tQuantile(degreesOfFreedom: number): number {
  return jstat.studentt.inv((1 + confidence) / 2, degreesOfFreedom);
}

/** Half of an interval relative to its middle, on the log scale. */
export function relativeHalfWidth({ lo, hi }: Pick<Interval, 'lo' | 'hi'>): number {
  return lo === hi ? 0 : Math.sqrt(hi / lo) - 1;
}

/** "±0.02 %": how far the farther end lies from the value; at least 0.01. Null from 10 % on, or without meaning. */
export function widthText({ value, lo, hi }: Omit<Interval, 'interval'>): string | null {
  if (lo === hi) return '±0 %';
  const share = Math.max(hi / value, value / lo) - 1;
  if (!(value > 0 && lo > 0 && share < 0.1)) return null;
  return `±${Math.max(0.01, Number((share * 100).toPrecision(2)))} %`;
}

function halfWidth(values: readonly number[]): number {
  const n = values.length;
  return (tQuantile(n - 1) * sampleStandardDeviation([...values])) / Math.sqrt(n);
}
