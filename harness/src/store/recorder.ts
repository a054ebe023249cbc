import type { Params, Sample } from '../workload/sample.ts';

/** Where a boot's findings go as they come; each call is safe on disk when it returns. */
export interface Recorder {
  samples(samples: readonly Sample[]): Promise<void>;
  raw(name: string, text: string): Promise<void>;
  unavailable(variant: string, params: Params, why: string): Promise<void>;
  failed(variant: string, params: Params, why: string): Promise<void>;
}
