import type { Clock } from '../../host/clock.ts';
import type { Measurement } from '../measurement.ts';
import type { Proof } from '../sample.ts';
import type { Site } from '../site.ts';
import type { Look } from './look.ts';

/**
 * Something that a workload runs over, and that experiments compare. S is its site, E its counters, M the result of a
 * workload's sample over it.
 */
export interface Variant<S extends Site = Site, E = unknown, M extends Measurement = Measurement> {
  label: string;
  /** Clocks that can judge it; on any other, cells carry `basis: serialised`. */
  judgedOn: readonly Clock[];
  /** If absent, a colour that no other variant of the run has. */
  look?: Look;
  /** Why it cannot be measured at this point; null when it can. */
  unavailable(site: S): Promise<string | null>;
  /** Enables it until the returned object is disposed of. */
  enter(site: S): Promise<Entered<E>>;
  /** Proves that this variant carried the sample between two counts. */
  prove(site: S, before: E, after: E, measured: M): Proof;
  /** Metrics from the counts that no tool reports. */
  counted(before: E, after: E, measured: M): Measurement['values'];
}

/** An enabled variant. */
export interface Entered<E> extends AsyncDisposable {
  /** Counts that only grow. */
  counts(): Promise<E>;
}

/** Variants that can be compared with each other, in the order of tables. */
export interface Family {
  variants: Readonly<Record<string, Variant>>;
  /** The axis title of their rate. */
  rateTitle: string;
}

/** Takes a sample between two counts, and adds its proof. */
export async function proved<S extends Site, E, M extends Measurement>(
  variant: Variant<S, E, M>,
  site: S,
  entered: Entered<E>,
  sample: () => Promise<M>,
): Promise<{ measured: M; values: Measurement['values']; proof: Proof }> {
  const before = await entered.counts();
  const measured = await sample();
  const after = await entered.counts();
  return {
    measured,
    values: [...measured.values, ...variant.counted(before, after, measured)],
    proof: variant.prove(site, before, after, measured),
  };
}
