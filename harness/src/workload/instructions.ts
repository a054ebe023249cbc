import type { Host } from '../guest/host.ts';
import { startPerf } from '../guest/profile/perf.ts';
import type { Measurement } from './measurement.ts';
import type { Metric } from './metric.ts';
import type { Params } from './sample.ts';

/** Derived from the rate: under icount a nanosecond of guest time is one instruction of the two vCPUs together. */
export const instructionsPerTransaction = (
  params: Params,
  rate: number,
): { metric: Metric; value: number }[] =>
  params.clock === 'virtual' ? [{ metric: 'instructions_per_txn', value: 1e9 / rate }] : [];

/** Takes a sample, and adds the instructions that the CPUs counted meanwhile. */
export async function countInstructions<M extends Measurement>(
  host: Pick<Host, 'start' | 'run'>,
  sample: () => Promise<M>,
): Promise<M> {
  await using perf = await startPerf(host, 'count', 'instructions');
  const measured = await sample();
  const instructions = Number(await perf.stop());
  const { values, transactions } = measured;
  if (!values.some(({ metric }) => metric === 'rate')) return measured;
  const counted = { metric: 'instructions_per_txn', value: instructions / transactions } as const;
  return { ...measured, values: [...values, counted] };
}
