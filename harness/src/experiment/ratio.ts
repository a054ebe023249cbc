import type { Metric } from '../workload/metric.ts';

/** A ratio for a plot, a claim or a reader: numerator over denominator of one metric at one point. */
export interface RatioSpec {
  numerator: string;
  denominator: string;
  metric: Metric;
}
