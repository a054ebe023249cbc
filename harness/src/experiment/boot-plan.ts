import type { Clock } from '../host/clock.ts';
import type { Params } from '../workload/sample.ts';
import type { Idle } from './experiment.ts';

/** A copy of a variant that is compared with it: the same again (A/A), or slowed on purpose (positive control). */
export const twinKinds = ['again', 'slow'] as const;
export type TwinKind = (typeof twinKinds)[number];

/** One run of a workload inside a boot. */
export interface Step {
  /** Position in the boot; Sample.order of what it yields. */
  order: number;
  /** The name in the results: "tcp", or "tcp.again" and "tcp.slow" for its twins. */
  variant: string;
  /** What to run. */
  runs: string;
  twin: TwinKind | null;
  params: Params;
  /** A warm-up is run and not recorded. */
  warmup: boolean;
}

/** One fresh boot and what is run in it, in order. */
export interface BootPlan {
  /** Unique in the run and fit for a file name: "virtual-0", "wall-poll-b-2". */
  name: string;
  /** Which replicate: Sample.boot. Boots of one index on several kernels are paired and share a seed. */
  index: number;
  seed: number;
  clock: Clock;
  idle: Idle | null;
  kernel: string;
  /** The experiment's own factors that this boot fixes. */
  factors: Readonly<Record<string, string | number>>;
  steps: readonly Step[];
}
