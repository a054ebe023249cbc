import type { Count } from '../../fabric/self-test.ts';
import type { Operation } from '../../fabric/server.ts';
import { clocks } from '../../host/clock.ts';
import type { SharingPlaces } from '../cluster.ts';
import type { Measurement } from '../measurement.ts';
import type { Proof } from '../sample.ts';
import type { ClusterSite } from '../site.ts';
import type { Variant } from './variant.ts';

/** What sets one operation apart from the others. */
export interface AtomicRow {
  label: string;
  /** What a memory server counts, once an attempt. */
  operation: Operation;
  /** Whether an attempt can fail. */
  mayFail: boolean;
}

/** What every place has counted in one sample. */
export interface AtomicMeasurement extends Measurement {
  counts: readonly Pick<Count, 'acknowledged' | 'attempts' | 'contended' | 'total_acknowledged'>[];
}

/** Operations of its kind that a memory server has put into effect for all hosts; 0 without a server. */
interface Served {
  served: number;
}

export type AtomicVariant = Variant<ClusterSite, Served, AtomicMeasurement> & AtomicRow;

/** A row of atomics.ts as a variant. The program itself does the operation, so nothing is switched on. */
export function atomic(row: AtomicRow): AtomicVariant {
  return {
    judgedOn: clocks,
    ...row,
    unavailable: async () => null,
    enter: async ({ cluster: { server } }) => ({
      async counts() {
        const hosts = (await server?.statistics()) ?? [];
        return { served: hosts.reduce((sum, { operations }) => sum + (operations[row.operation] ?? 0), 0) };
      },
      async [Symbol.asyncDispose]() {},
    }),
    prove: ({ cluster }, before, after, { counts }) =>
      proveAtomic(row, cluster, counts, after.served - before.served),
    counted: () => [],
  };
}

/**
 * A server has counted every attempt. Without one, the places have found in the memory what the others had told it,
 * and it adds up to what they tell us.
 */
export function proveAtomic(
  { operation }: AtomicRow,
  { server, memoryPath, testedUpdates }: Omit<SharingPlaces, 'places'>,
  counts: AtomicMeasurement['counts'],
  served: number,
): Proof {
  const met = counts.reduce((all, { contended }) => all + contended, 0);
  const tested = testedUpdates === 0 ? '' : `; the self-test lost none of ${testedUpdates}`;
  const besides = `by ${memoryPath}, others' traces met ${met} times${tested}`;
  if (server !== undefined) {
    const attempts = counts.reduce((all, { attempts }) => all + attempts, 0);
    return {
      name: 'fabric-operations',
      ok: served === attempts,
      expected: `${attempts} operations ${operation} in the memory server`,
      observed: `${served} ${besides}`,
    };
  }
  const done = counts.reduce((all, { acknowledged }) => all + acknowledged, 0);
  const seen = counts.map(({ total_acknowledged }) => total_acknowledged);
  return {
    name: 'shared-memory',
    ok: seen.every((all) => all === done),
    expected: `${done} operations of all ${counts.length}, as each reads it in the memory`,
    observed: `${[...new Set(seen)].join(', ')} ${besides}`,
  };
}
