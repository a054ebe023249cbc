import type { Matrix } from '../experiment/experiment.ts';
import type { Clock } from '../host/clock.ts';
import type { Twin } from './control-cells.ts';
import type { Profile } from './summary.ts';

/** `--only FACTOR=V1,V2`, as typed. A cell must match every filter. */
export interface OnlyFilter {
  factor: string;
  values: readonly string[];
}

/** `--boots`: the indices of the boots of each environment, `to` excluded. A run of such a range does not grow. */
export interface BootRange {
  from: number;
  to: number;
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
  /** Without a range, the profile's boots. */
  boots?: BootRange | undefined;
  /** Copies of variants to measure: identical, or slowed on purpose. */
  twins?: readonly Twin[] | undefined;
}
