import type { z } from 'zod';
import type { LayerName } from '../guest/root/root.ts';
import type { Measurement } from './measurement.ts';
import type { Variant } from './variant/variant.ts';

/** A workload that is up and can be sampled again and again. */
export interface Session<M extends Measurement = Measurement> extends AsyncDisposable {
  /** Unrecorded; brings caches, the scheduler and the connection's buffers to where a sample finds them. */
  warmUp(): Promise<void>;
  sample(): Promise<M>;
}

/** One cell about to be measured: where, at which point, over what. */
export type Over<V> = SiteOf<V> & { variantName: string; variant: V };

type SiteOf<V> = V extends Variant<infer S, infer _E, infer _M> ? S : never;
type MeasurementOf<V> = V extends Variant<infer _S, infer _E, infer M> ? M : never;

/** A program that is measured, over variants of one family. */
export interface Workload<
  Name extends string = string,
  Factors extends z.ZodRawShape = z.ZodRawShape,
  V extends Variant = Variant,
> {
  /** The name of its file. */
  name: string;
  layers: readonly LayerName[];
  /** Whether it pins its two ends, the client to vCPU 0 and the server to 1: nothing is left to balance then. */
  pinned: boolean;
  /** Those that it can drive. */
  variants: Readonly<Record<Name, V>>;
  /** What an experiment may vary of it. */
  factors: z.ZodObject<Factors>;
  /** Those of its factors that a boot fixes, as it fixes clock, idle and kernel. */
  bootFactors?: readonly string[];
  open(site: Over<V>): Promise<Session<MeasurementOf<V>>>;
}

export function defineWorkload<Name extends string, Factors extends z.ZodRawShape, V extends Variant>(
  workload: Workload<Name, Factors, V>,
): Workload<Name, Factors, V> {
  return workload;
}
