import { z } from 'zod';
import { countSchema } from '../fabric/self-test.ts';
import { Failure } from '../host/failure.ts';
import { type Histogram, merged, percentile } from './latency.ts';
import type { Measurement } from './measurement.ts';
import type { Metric } from './metric.ts';
import type { AtomicRow } from './variant/atomic.ts';

/** The output line of zerohop-cas, with its histogram. */
export const timedSchema = countSchema.extend({ latency_ns: z.array(z.tuple([z.int(), z.int()])) });
export type TimedCount = z.infer<typeof timedSchema>;

/** One sample, from the counts of every place. */
export function readCounts(variant: AtomicRow, counts: readonly TimedCount[]) {
  const stuck = counts.find(({ gave_up }) => gave_up);
  if (stuck !== undefined) {
    throw new Failure('cell', `host ${stuck.host} stalled after ${stuck.acknowledged} operations`);
  }
  const lost = Math.max(...counts.map((count) => Math.abs(count.lost)));
  const transactions = sum(counts, 'acknowledged');
  return {
    values: valuesOf(variant, counts, lost),
    transactions,
    counts,
    ...(lost > 0 && { fault: `${lost} of ${transactions} updates were lost` }),
  };
}

function valuesOf(
  { mayFail }: AtomicRow,
  counts: readonly TimedCount[],
  lost: number,
): Measurement['values'] {
  const rates = counts.map(({ acknowledged, seconds }) => acknowledged / seconds);
  const [done, attempts] = [sum(counts, 'acknowledged'), sum(counts, 'attempts')];
  const histogram = merged(counts.map(({ latency_ns }) => latency_ns));
  return [
    { metric: 'rate', value: rates.reduce((all, rate) => all + rate, 0) },
    { metric: 'lost_updates', value: lost },
    ...(mayFail
      ? ([
          { metric: 'success_ratio', value: done / attempts },
          { metric: 'retries', value: (attempts - done) / done },
        ] as const)
      : []),
    ...(counts.length > 1 ? [{ metric: 'fairness', value: fairness(rates) } as const] : []),
    ...latency(histogram, 'latency_us_p50', 0.5),
    ...latency(histogram, 'latency_us_p99', 0.99),
  ];
}

/** Jain's index: 1 if all are equally fast, 1/n if one of n does everything. */
function fairness(rates: readonly number[]): number {
  const total = rates.reduce((all, rate) => all + rate, 0);
  const squares = rates.reduce((all, rate) => all + rate * rate, 0);
  return total ** 2 / (rates.length * squares);
}

function latency(histogram: Histogram, metric: Metric, share: number) {
  const ns = percentile(histogram, share);
  return ns === undefined ? [] : [{ metric, value: ns / 1000 }];
}

function sum(counts: readonly TimedCount[], what: 'acknowledged' | 'attempts'): number {
  return counts.reduce((all, count) => all + count[what], 0);
}
