import type { Measurement } from '../measurement.ts';
import type { SocketCounts } from './socket-counts.ts';

/** Metrics that no tool reports, from the guest's counters before and after a sample. */
export function socketMetrics(
  before: SocketCounts,
  after: SocketCounts,
  transactions: number,
): Measurement['values'] {
  const cpuUs = after.cpuUs - before.cpuUs;
  return [{ metric: 'cpu_us_per_txn', value: cpuUs / transactions }, ...bypass(before, after)];
}

/** The share of a paired connection's bytes that bypassed TCP, since its pairing. */
function bypass(
  { mechanism: before }: SocketCounts,
  { mechanism: after }: SocketCounts,
): Measurement['values'] {
  const grown = (counter: string) => (after[counter] ?? 0) - (before[counter] ?? 0);
  const [past, tcp] = [grown('ring_bytes') + grown('copied_bytes'), grown('tcp_bytes')];
  return past + tcp > 0 ? [{ metric: 'bypass_ratio', value: past / (past + tcp) }] : [];
}
