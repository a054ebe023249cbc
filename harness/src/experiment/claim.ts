import type { Clock } from '../host/clock.ts';
import type { Params } from '../workload/sample.ts';
import type { RatioSpec } from './experiment.ts';

/** A published figure and how it is judged (results/published.json). */
export interface Claim {
  id: string;
  experiment: string;
  statement: string;
  kind: 'at-least' | 'about' | 'exactly' | 'up-to';
  clock: Clock;
  published: number;
  /** Where the figure was published, for the reader. */
  source: string;
  ratio?: RatioSpec;
  where: Partial<Params>;
}
