import type { Host } from '../guest/host.ts';
import type { LayerName } from '../guest/root/root.ts';
import type { Metric } from './metric.ts';
import type { Params } from './sample.ts';
import type { Variant } from './variant/sockets.ts';

/** One cell about to be measured: who talks how, where, with what. */
export interface Site {
  host: Host;
  variantName: string;
  variant: Variant;
  params: Params;
}

/** What one sample gave: metrics for samples.jsonl, totals for the proof, the tool's own words for raw/. */
export interface Measurement {
  values: readonly { metric: Metric; value: number }[];
  /** Payload that crossed, both directions together: what the proof is held against. Null where nobody counts it. */
  payloadBytes: number | null;
  transactions: number;
  raw: string;
  /** Facts that the program itself observed of its sockets. */
  observed: Readonly<Record<string, string | number>>;
}

/** A workload that is up and can be sampled again and again. */
export interface Session extends AsyncDisposable {
  /** Unrecorded; brings caches, the scheduler and the connection's buffers to where a sample finds them. */
  warmUp(): Promise<void>;
  sample(): Promise<Measurement>;
}

export interface WorkloadProgram {
  layers: readonly LayerName[];
  /** Whether it pins its two ends, the client to vCPU 0 and the server to 1: nothing is left to balance then. */
  pinned: boolean;
  open(site: Site): Promise<Session>;
}
