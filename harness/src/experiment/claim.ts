import type { Clock } from '../host/clock.ts';
import type { Params } from '../workload/sample.ts';
import type { RatioSpec } from './ratio.ts';

/** Kinds of published figures, and `bar`: a target of this project, judged without tolerance. */
export const claimKinds = ['at-least', 'about', 'exactly', 'up-to', 'bar'] as const;
export type ClaimKind = (typeof claimKinds)[number];

/** A published figure and how it is judged (results/published.json). */
export interface Claim {
  id: string;
  /** A list if several experiments measure it. */
  experiment: string | readonly string[];
  statement: string;
  kind: ClaimKind;
  clock: Clock;
  published: number;
  /** Where the figure was published. */
  source: string;
  ratio?: RatioSpec;
  where: Partial<Params>;
}
