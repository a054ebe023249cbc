import { clocks } from '../../host/clock.ts';
import type { HostSite } from '../site.ts';
import { loaded } from './loader.ts';
import { countSockets, type SocketCounts } from './socket-counts.ts';
import { socketMetrics } from './socket-metrics.ts';
import { proveSocket } from './socket-proof.ts';
import type { SocketMeasurement, SocketRow } from './socket-row.ts';
import type { Variant } from './variant.ts';

/** A way for two processes of one kernel to communicate. */
export type SocketVariant = Variant<HostSite, SocketCounts, SocketMeasurement> & SocketRow;

/** A row of sockets.ts as a variant. */
export function socket<const P extends SocketRow['programs']>(
  row: SocketRow & { programs: P },
): SocketVariant & { programs: P } {
  return {
    judgedOn: clocks,
    ...row,
    unavailable: (site) => unavailable(row, site),
    async enter(site) {
      const mechanism = await loaded(row, site);
      return {
        counts: () => countSockets(site, mechanism),
        [Symbol.asyncDispose]: () => mechanism[Symbol.asyncDispose](),
      };
    },
    prove: (_site, before, after, measured) => proveSocket(row.proof, before, after, measured),
    counted: (before, after, { transactions }) => socketMetrics(before, after, transactions),
  };
}

async function unavailable(
  { noStream, kernelSymbol }: SocketRow,
  { host, params }: HostSite,
): Promise<string | null> {
  if (params['test'] === 'stream' && noStream !== undefined) return noStream;
  if (kernelSymbol === undefined) return null;
  const found = await host.run(['grep', '-qw', kernelSymbol, '/proc/kallsyms']);
  return found.status === 0 ? null : `not available in this kernel (it has no ${kernelSymbol})`;
}
