import type { z } from 'zod';
import type { LayerName } from '../guest/root/root.ts';
import type { Measurement } from './measurement.ts';
import type { Variant } from './variant/variant.ts';

/** A running workload that can be sampled repeatedly. */
export interface Session<M extends Measurement = Measurement> extends AsyncDisposable {
  /** An unrecorded run that warms up caches, the scheduler and the connection's buffers. */
  warmUp(): Promise<void>;
  sample(): Promise<M>;
}

/** One cell to measure: its site, its point and its variant. */
export type Over<V> = SiteOf<V> & { variantName: string; variant: V };

type SiteOf<V> = V extends Variant<infer S, infer _E, infer _M> ? S : never;
type MeasurementOf<V> = V extends Variant<infer _S, infer _E, infer M> ? M : never;

/** A measured program, over variants of one family. */
export interface Workload<
  Name extends string = string,
  Factors extends z.ZodRawShape = z.ZodRawShape,
  V extends Variant = Variant,
> {
  /** The name of its file. */
  name: string;
  layers: readonly LayerName[];
  /** Whether it pins its two ends, the client to vCPU 0 and the server to 1, so that no balancing is needed. */
  pinned: boolean;
  /** Whether hosts keep a range of memory from their kernel for it (guest/spare-memory.ts). */
  sparesMemory?: boolean;
  /** The variants that it can run over. */
  variants: Readonly<Record<Name, V>>;
  /** The factors that an experiment may vary. */
  factors: z.ZodObject<Factors>;
  /** Its factors that are fixed for a boot, like clock, idle and kernel. */
  bootFactors?: readonly string[];
  open(site: Over<V>): Promise<Session<MeasurementOf<V>>>;
}

export function defineWorkload<Name extends string, Factors extends z.ZodRawShape, V extends Variant>(
  workload: Workload<Name, Factors, V>,
): Workload<Name, Factors, V> {
  return workload;
}
