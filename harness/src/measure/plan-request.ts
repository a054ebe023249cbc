import type { Matrix } from '../experiment/experiment.ts';
import type { Clock } from '../host/clock.ts';
import type { Twin } from './control-cells.ts';
import type { Profile } from './summary.ts';

/** `--only FACTOR=V1,V2`, as typed. A cell must match every filter. */
export interface OnlyFilter {
  factor: string;
  values: readonly string[];
}

/** Everything that decides a run's plan: equal requests give equal plans. */
export interface PlanRequest {
  matrices: readonly Matrix[];
  profile: Profile;
  /** `--clock`: overrides the profile's clocks. */
  clock?: Clock | 'both' | undefined;
  only: readonly OnlyFilter[];
  /** Names of the kernels, the reference first. */
  kernels: readonly string[];
  seed: number;
  /** Copies of variants to measure: identical, or slowed on purpose. */
  twins?: readonly Twin[] | undefined;
}
