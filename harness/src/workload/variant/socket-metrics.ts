import type { Measurement } from '../workload.ts';
import type { Evidence } from './socket-proof.ts';

/** What no tool reports: metrics made of what the guest counted on both sides of a sample. */
export function besides(
  before: Evidence,
  after: Evidence,
  { transactions }: Pick<Measurement, 'transactions'>,
): Measurement['values'] {
  const cpuUs = after.cpuUs - before.cpuUs;
  return [{ metric: 'cpu_us_per_txn', value: cpuUs / transactions }, ...bypass(before, after)];
}

/** Of a paired connection's bytes, from its pairing on, the share that went past TCP. */
function bypass({ mechanism: before }: Evidence, { mechanism: after }: Evidence): Measurement['values'] {
  const grown = (counter: string) => (after[counter] ?? 0) - (before[counter] ?? 0);
  const [past, tcp] = [grown('ring_bytes') + grown('copied_bytes'), grown('tcp_bytes')];
  return past + tcp > 0 ? [{ metric: 'bypass_ratio', value: past / (past + tcp) }] : [];
}
