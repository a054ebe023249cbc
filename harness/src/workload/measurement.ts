import type { Metric } from './metric.ts';

/** The result of one sample of a workload. */
export interface Measurement {
  values: readonly { metric: Metric; value: number }[];
  transactions: number;
  /** The tool's output, for raw/. */
  raw: string;
  /** Why the cell failed although its samples are kept. */
  fault?: string;
}
