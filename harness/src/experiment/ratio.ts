import type { Metric } from '../workload/metric.ts';

/** A ratio that a plot, a claim or a reader asks for: numerator over denominator of one metric at one point. */
export interface RatioSpec {
  numerator: string;
  denominator: string;
  metric: Metric;
}
