import type { Metric, Params } from './sample.ts';

/** Under icount a nanosecond of guest time is one instruction of the two vCPUs together, so a rate says both. */
export const instructionsPerTransaction = (
  params: Params,
  rate: number,
): { metric: Metric; value: number }[] =>
  params.clock === 'virtual' ? [{ metric: 'instructions_per_txn', value: 1e9 / rate }] : [];
