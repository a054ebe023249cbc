import { mean, sampleVariance } from 'simple-statistics';
import type { Sample } from '../workload/sample.ts';
import { type Comparison, comparisonOf, practicalMargin } from './compare.ts';
import { groupBy } from './group.ts';
import { type Interval, tQuantile } from './interval.ts';
import { paramsKey } from './params.ts';
import { profileRules } from './profile.ts';
import { byBoot } from './replicates.ts';
import type { Cell, Summary } from './summary.ts';

/** A finished run: its summary and its samples. */
export interface FinishedRun {
  summary: Summary;
  samples: readonly Sample[];
}

/** One cell in two runs. The sides are not paired by boot, so the interval is wider than inside one run. */
export interface Between {
  before: Cell;
  after: Cell;
  /** After over before; null if a zero makes the quotient meaningless. */
  ratio: Interval | null;
  /** Null if a profile decides nothing. */
  comparison: Comparison | null;
}

/** The cells that both runs have, in the first run's order. */
export function betweenRuns(a: FinishedRun, b: FinishedRun): Between[] {
  const [inA, inB] = [bootsByCell(a.samples), bootsByCell(b.samples)];
  const judges = [a, b].every(({ summary }) => profileRules[summary.profile].judges);
  return a.summary.cells.flatMap((before) => {
    const name = cellName(before);
    const after = b.summary.cells.find((cell) => cellName(cell) === name);
    if (after === undefined) return [];
    const ratio = unpairedRatio(inB.get(name) ?? [], inA.get(name) ?? [], before.interval);
    return [{ before, after, ratio, comparison: judges ? compareCells(before, after, ratio) : null }];
  });
}

/** The cells that differ by more than the practical margin, or may; the worst loss first. */
export function worstFirst(cells: readonly Between[]): Between[] {
  return cells.filter((cell) => !isEqual(cell)).toSorted((a, b) => gainOf(a) - gainOf(b));
}

/** Equivalent; in runs that decide nothing, closer than the practical margin. */
export function isEqual({ comparison, ratio, before, after }: Between): boolean {
  if (comparison !== null) return comparison === 'equivalent';
  if (ratio === null) return before.median === after.median;
  return Math.max(ratio.value, 1 / ratio.value) <= 1 + practicalMargin;
}

/** Above 1 for a gain, whichever direction of the metric is better. */
function gainOf({ ratio, before, after }: Between): number {
  const change = ratio?.value ?? (after.median > before.median ? Number.MAX_VALUE : 0);
  return before.better === 'higher' ? change : 1 / change;
}

/** Whether a loss fails the command. Wall clocks and serialised cells never do. */
export function isRegression({ before, comparison }: Between): boolean {
  return comparison === 'slower' && before.params.clock === 'virtual' && before.basis === undefined;
}

/** Welch's t interval of the difference of logs; for ranges, the widest quotient. */
export function unpairedRatio(
  over: readonly number[],
  under: readonly number[],
  kind: Cell['interval'],
): Interval | null {
  const usable = [...over, ...under].every((x) => x > 0) && over.length > 0 && under.length > 0;
  if (!usable) return null;
  const [a, b] = [over.map(Math.log), under.map(Math.log)];
  const gap = mean(a) - mean(b);
  if (kind === 'range' || a.length < 2 || b.length < 2) {
    const [lo, hi] = [Math.min(...a) - Math.max(...b), Math.max(...a) - Math.min(...b)];
    return { value: Math.exp(gap), lo: Math.exp(lo), hi: Math.exp(hi), interval: 'range' };
  }
  const [u, v] = [sampleVariance(a) / a.length, sampleVariance(b) / b.length];
  const freedom = (u + v) ** 2 / (u ** 2 / (a.length - 1) + v ** 2 / (b.length - 1));
  const half = u + v === 0 ? 0 : tQuantile(freedom) * Math.sqrt(u + v);
  return { value: Math.exp(gap), lo: Math.exp(gap - half), hi: Math.exp(gap + half), interval: 't' };
}

function compareCells(before: Cell, after: Cell, ratio: Interval | null): Comparison {
  if (ratio !== null) return comparisonOf(ratio, before.better);
  if (before.median === after.median) return 'equivalent';
  return after.median > before.median === (before.better === 'higher') ? 'faster' : 'slower';
}

function bootsByCell(samples: readonly Sample[]): Map<string, number[]> {
  return new Map(
    [...groupBy(samples, cellName)].map(([name, members]) => [name, [...byBoot(members).values()]]),
  );
}

function cellName({ variant, metric, params }: Pick<Cell, 'variant' | 'metric' | 'params'>): string {
  return `${variant} ${metric} ${paramsKey(params)}`;
}
