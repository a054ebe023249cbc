import type { Clock } from '../../host/clock.ts';
import type { Measurement } from '../measurement.ts';
import type { Proof } from '../sample.ts';
import type { Site } from '../site.ts';
import type { Look } from './look.ts';

/**
 * What a workload runs over, and an experiment compares. S is where it is entered, E what is counted there, M what a
 * workload measures over it.
 */
export interface Variant<S extends Site = Site, E = unknown, M extends Measurement = Measurement> {
  label: string;
  /** Clocks that can judge it; on any other, cells carry `basis: serialised`. */
  judgedOn: readonly Clock[];
  /** Without one it gets a colour that no other variant of the run has. */
  look?: Look;
  /** Why it cannot be measured at this point; null when it can. */
  unavailable(site: S): Promise<string | null>;
  /** Switches it on until what is returned is disposed of. */
  enter(site: S): Promise<Entered<E>>;
  /** Whether it was this variant that carried the sample between two counts. */
  prove(site: S, before: E, after: E, measured: M): Proof;
  /** Metrics that the counts show and no tool reports. */
  counted(before: E, after: E, measured: M): Measurement['values'];
}

/** A variant while it is switched on. */
export interface Entered<E> extends AsyncDisposable {
  /** Counts that only grow. */
  counts(): Promise<E>;
}

/** Variants that can be compared with each other, in the order in which tables have them. */
export interface Family {
  variants: Readonly<Record<string, Variant>>;
  /** What an axis of their rate says. */
  rateTitle: string;
}

/** Takes a sample between two counts. */
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
