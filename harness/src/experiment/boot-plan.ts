import type { Clock } from '../host/clock.ts';
import type { Params } from '../workload/sample.ts';
import type { Idle } from './experiment.ts';

/** The copies of a variant that are compared with it: an identical one (A/A) or a slowed one (positive control). */
export const twinKinds = ['again', 'slow'] as const;
export type TwinKind = (typeof twinKinds)[number];

/** One run of a workload inside a boot. */
export interface Step {
  /** Position in the boot; `order` of its samples. */
  order: number;
  /** The name in the results: "tcp", or "tcp.again" and "tcp.slow" for its twins. */
  variant: string;
  /** The variant that is run: "tcp" for its twins too. */
  runs: string;
  twin: TwinKind | null;
  params: Params;
  /** A warm-up runs, but is not recorded. */
  warmup: boolean;
}

/** One fresh boot and its steps, in order. */
export interface BootPlan {
  /** Unique in the run and fit for a file name: "virtual-0", "wall-poll-b-2". */
  name: string;
  /** The replicate: `boot` of its samples. Boots of one index on several kernels are paired and share a seed. */
  index: number;
  seed: number;
  clock: Clock;
  idle: Idle | null;
  kernel: string;
  /** The experiment's own factors that this boot fixes. */
  factors: Readonly<Record<string, string | number>>;
  steps: readonly Step[];
}
