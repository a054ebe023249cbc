import type { Count } from '../../fabric/self-test.ts';
import type { Operation } from '../../fabric/server.ts';
import { clocks } from '../../host/clock.ts';
import type { SharingPlaces } from '../cluster.ts';
import type { Measurement } from '../measurement.ts';
import type { Proof } from '../sample.ts';
import type { ClusterSite } from '../site.ts';
import type { Variant } from './variant.ts';

/** The properties of one operation. */
export interface AtomicRow {
  label: string;
  /** The operation that a memory server counts, once for each attempt. */
  operation: Operation;
  /** Whether an attempt can fail. */
  mayFail: boolean;
}

/** The counts of every place in one sample. */
export interface AtomicMeasurement extends Measurement {
  counts: readonly Pick<Count, 'acknowledged' | 'attempts' | 'contended' | 'total_acknowledged'>[];
}

/** Operations of this kind that a memory server has executed for all hosts; 0 without a server. */
interface Served {
  served: number;
}

export type AtomicVariant = Variant<ClusterSite, Served, AtomicMeasurement> & AtomicRow;

/** A row of atomics.ts as a variant. The program itself does the operation, so no mechanism is enabled. */
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
 * With a server: it counted every attempt. Without one: every place read the same total in the memory, and the total
 * equals the sum of the places' own counts.
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
