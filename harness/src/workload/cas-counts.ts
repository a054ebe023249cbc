import { z } from 'zod';
import { countSchema } from '../fabric/self-test.ts';
import { Failure } from '../host/failure.ts';
import type { Cluster, ClusterMeasurement, ClusterSite } from './cluster.ts';
import { type Histogram, merged, percentile } from './latency.ts';
import type { Metric } from './metric.ts';
import type { Proof } from './sample.ts';
import { type Operation, operationOf } from './variant/atomics.ts';

/** zerohop-cas's line with its histogram. */
export const timedSchema = countSchema.extend({ latency_ns: z.array(z.tuple([z.int(), z.int()])) });
export type TimedCount = z.infer<typeof timedSchema>;

/** One sample of what every place has counted. */
export function readCounts(
  { cluster, variantName }: Pick<ClusterSite, 'variantName'> & { cluster: Omit<Cluster, 'places'> },
  counts: readonly TimedCount[],
  served: number,
): Omit<ClusterMeasurement, 'raw'> {
  const stuck = counts.find(({ gave_up }) => gave_up);
  if (stuck !== undefined) {
    throw new Failure('cell', `host ${stuck.host} did ${stuck.acknowledged} operations and then no more`);
  }
  const operation = operationOf(variantName);
  const lost = Math.max(...counts.map((count) => Math.abs(count.lost)));
  return {
    values: valuesOf(operation, counts, lost),
    transactions: sum(counts, 'acknowledged'),
    proof: proofOf(cluster, operation, counts, served),
    ...(lost > 0 && { fault: `${lost} of ${sum(counts, 'acknowledged')} updates were lost` }),
  };
}

function valuesOf(
  { mayFail }: Operation,
  counts: readonly TimedCount[],
  lost: number,
): ClusterMeasurement['values'] {
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

/** Jain's index: 1 when all are equally fast, 1/n when one of n has everything. */
function fairness(rates: readonly number[]): number {
  const total = rates.reduce((all, rate) => all + rate, 0);
  const squares = rates.reduce((all, rate) => all + rate * rate, 0);
  return total ** 2 / (rates.length * squares);
}

function latency(histogram: Histogram, metric: Metric, share: number) {
  const ns = percentile(histogram, share);
  return ns === undefined ? [] : [{ metric, value: ns / 1000 }];
}

/**
 * A server has counted every attempt. Without one, the places have found in the memory what the others had told it,
 * and it adds up to what they tell us.
 */
function proofOf(
  { server, memoryPath, testedUpdates }: Omit<Cluster, 'places'>,
  { counted }: Operation,
  counts: readonly TimedCount[],
  served: number,
): Proof {
  const met = counts.reduce((all, { contended }) => all + contended, 0);
  const tested = testedUpdates === 0 ? '' : `; the self-test lost none of ${testedUpdates}`;
  const besides = `by ${memoryPath}, others' traces met ${met} times${tested}`;
  if (server !== undefined) {
    const attempts = sum(counts, 'attempts');
    return {
      name: 'fabric-operations',
      ok: served === attempts,
      expected: `${attempts} operations ${counted} in the memory server`,
      observed: `${served} ${besides}`,
    };
  }
  const done = sum(counts, 'acknowledged');
  const seen = counts.map(({ total_acknowledged }) => total_acknowledged);
  return {
    name: 'shared-memory',
    ok: seen.every((all) => all === done),
    expected: `${done} operations of all ${counts.length}, as each reads it in the memory`,
    observed: `${[...new Set(seen)].join(', ')} ${besides}`,
  };
}

function sum(counts: readonly TimedCount[], what: 'acknowledged' | 'attempts'): number {
  return counts.reduce((all, count) => all + count[what], 0);
}
