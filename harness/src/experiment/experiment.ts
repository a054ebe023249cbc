import type { Clock } from '../host/clock.ts';
import type { Metric } from '../workload/metric.ts';
import type { Params } from '../workload/sample.ts';
import type { RatioSpec } from './ratio.ts';

/** A factor with numeric values (for bars: names), and its axis title. */
export interface Axis {
  factor: string;
  title: string;
}

/** by-size: lines over message size (or `over`); speedup: the same of ratios; ladder: log bars from the baseline; instructions: bars from zero. */
export const plotKinds = ['by-size', 'speedup', 'ladder', 'instructions'] as const;

/** A declarative figure: its cells and how they are drawn. */
export interface PlotSpec {
  /** The name of its files: plots/ID.svg. */
  id: string;
  title: string;
  kind: (typeof plotKinds)[number];
  metric: Metric;
  /** For lines: the factor on the axis instead of the message size. For bars: the factor that names them. */
  over?: Axis;
  /** Selects cells whose params equal all of these. Other differing factors (topology, clock, idle...) make panels. */
  where: Partial<Params>;
  /** The variants to draw; one without a cell is listed as not drawn. If absent, all variants of the run. */
  variants?: readonly string[];
  /** A line of the figure's caption that a reader needs to understand it. */
  note?: string;
}

/** The sentence and the figure that a report begins with: "1 KB request-response: splice 2.28×, with busy poll 7.52× tcp". */
export interface Answer {
  /** The point in words: "1 KB request-response". */
  at: string;
  where: Readonly<Record<string, string | number>>;
  metric: Metric;
  /** Each has one figure in braces: the ratio "{splice/tcp}", or the cell "{onecopy}". One without a figure is left out. */
  says: readonly { text: string; where?: Readonly<Record<string, string | number>> }[];
  /** The words after the last figure: what ratios are over. */
  end: string;
  /** The id of the plot that shows it. */
  plot: string;
}

export type Idle = 'default' | 'poll';

/**
 * A block of an experiment's matrix, as plain data: every variant at every combination of the factors. An
 * experiment lists as many blocks as it has shapes (RR, STREAM, container...).
 */
export interface Matrix {
  workload: string;
  variants: readonly string[];
  topology: readonly string[];
  /** Bytes. */
  size: readonly number[];
  clock: readonly Clock[];
  /** Only for the wall clock: the virtual clock has no such choice, and its cells say null. */
  idle: readonly Idle[];
  /** The sizes that the quick profile measures on the wall clock. */
  headlineSizes: readonly number[];
  /** The first profile that runs this block; the later ones run it too. */
  from: 'smoke' | 'quick' | 'paper';
  /** Clocks that can judge the block, where not every one can (streaming: wall alone). */
  judgedOn?: readonly Clock[];
  /** The experiment's own factors. */
  factors?: Readonly<Record<string, readonly (string | number)[]>>;
  /** Those of its own factors that a boot fixes (hosts, fabric), as it fixes clock, idle and kernel. */
  bootFactors?: readonly string[];
}

/** A kernel to measure on, as `--kernel NAME=SPEC` gives it; without a spec, the default kernel. */
export interface KernelChoice {
  name: string;
  spec?: string;
}

export interface Experiment {
  /** The name of its file. */
  name: string;
  /** Its position in the listing; experiments without one come last, by name. */
  place?: number;
  title: string;
  /** Two or three sentences for a reader who does not know it. */
  about: string;
  matrices: readonly Matrix[];
  /** The kernels that it compares, the reference first; a run without `--kernel` measures on these. */
  kernels: readonly KernelChoice[];
  /** The variant that others are divided by. */
  baseline: string;
  /** Ratios beside "every variant over the baseline". */
  ratios: readonly RatioSpec[];
  plots: readonly PlotSpec[];
  /** Its report begins with this; if absent, with the largest ratio. */
  answer?: Answer;
  /** How long a profile takes on two cores under emulation, for the listing. */
  minutes: Readonly<Record<'smoke' | 'quick' | 'paper', number>>;
}
