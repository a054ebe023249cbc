import type { Params, Sample } from '../workload/sample.ts';

/** Records a boot's findings. Each is on disk when its call returns. */
export interface Recorder {
  samples(samples: readonly Sample[]): Promise<void>;
  raw(name: string, text: string): Promise<void>;
  unavailable(variant: string, params: Params, why: string): Promise<void>;
  failed(variant: string, params: Params, why: string): Promise<void>;
}
