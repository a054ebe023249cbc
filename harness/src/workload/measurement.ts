import type { Metric } from './metric.ts';

/** What a workload has to say of one sample. */
export interface Measurement {
  values: readonly { metric: Metric; value: number }[];
  transactions: number;
  /** The tool's own words, for raw/. */
  raw: string;
  /** Why the cell has failed although its samples stand. */
  fault?: string;
}
