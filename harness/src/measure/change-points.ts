import jstat from 'jstat';
import { mean, sampleVariance } from 'simple-statistics';
import { groupBy } from './group.ts';

/** The fewest points of a level. */
const fewestOnASide = 5;
const significance = 0.001;

/** An unconfirmed change of level in a series. */
export interface ChangePoint {
  /** Index of the first point on the new level, the point of the first bad commit. */
  index: number;
  /** Means of the levels on both sides, each up to the next change. */
  before: number;
  after: number;
  /** Relative: 0.05 is 5 % up. */
  change: number;
  p: number;
}

export interface Searched {
  name: string;
  values: readonly number[];
  /** The smallest relative change that matters. */
  leastChange: number;
}

/** The changes of all series that are large enough, and significant among all tests. */
export function changePoints(series: readonly Searched[]): Map<string, ChangePoint[]> {
  const tested = series.flatMap((one) => splitsOf(one.values, 0).map((split) => ({ ...one, split })));
  const accepted = benjaminiHochberg(
    tested.map(({ split }) => split.p),
    significance,
  );
  const splits = groupBy(
    tested.filter((_, place) => accepted[place]),
    ({ name }) => name,
  );
  return new Map(
    [...splits].map(([name, members]) => {
      const { values = [], leastChange = 0 } = members[0] ?? {};
      const changes = levelChanges(
        values,
        members.map(({ split }) => split),
      );
      return [name, changes.filter(({ change }) => Math.abs(change) >= leastChange)] as const;
    }),
  );
}

function levelChanges(values: readonly number[], splits: readonly Split[]): ChangePoint[] {
  const ends = [0, ...splits.map(({ index }) => index), values.length];
  return splits.map(({ index, p }, place) => {
    const before = mean(values.slice(ends[place], index));
    const after = mean(values.slice(index, ends[place + 2]));
    return { index, before, after, change: after / before - 1, p };
  });
}

type Split = Pick<ChangePoint, 'index' | 'p'>;

/**
 * Splits the series at its best split, and then each part again, until a split is not significant. The result includes
 * that last split, because the correction for multiple tests needs every test.
 */
function splitsOf(values: readonly number[], start: number): Split[] {
  const best = bestSplit(values);
  if (best === null) return [];
  const { index, p } = best;
  if (p > significance) return [{ index: start + index, p }];
  return [
    ...splitsOf(values.slice(0, index), start),
    { index: start + index, p },
    ...splitsOf(values.slice(index), start + index),
  ];
}

/**
 * The split with the largest energy statistic (Matteson and James's E-divisive), and the p value of its difference in
 * means (Welch's t, corrected for the choice among splits, as in Hunter).
 */
function bestSplit(values: readonly number[]): Split | null {
  const places = values.map((_, place) => place).slice(fewestOnASide, values.length - fewestOnASide + 1);
  if (places.length === 0) return null;
  const all = divergences(values);
  const at = places.map((place) => all[place] ?? 0);
  const index = places[at.indexOf(Math.max(...at))] ?? 0;
  return { index, p: Math.min(1, welch(values.slice(0, index), values.slice(index)) * places.length) };
}

/** Which of these p values are significant, with a false discovery rate of `level`. */
export function benjaminiHochberg(ps: readonly number[], level: number): boolean[] {
  const sorted = [...ps].sort((a, b) => a - b);
  const rank = sorted.findLastIndex((p, place) => p <= (level * (place + 1)) / sorted.length);
  const limit = sorted[rank] ?? -1;
  return ps.map((p) => p <= limit);
}

/**
 * The energy distance of the points before and from each place on, scaled so that splits of unequal size can be
 * compared. The sums of the gaps inside and between both sides follow each point as it changes sides.
 */
function divergences(values: readonly number[]): number[] {
  let [before, between] = [0, 0];
  let after = values.reduce((sum, value) => sum + gaps(value, values), 0);
  return values.map((value, n) => {
    const m = values.length - n;
    const inside = before / n ** 2 + after / m ** 2;
    const found = n === 0 ? 0 : ((n * m) / (n + m)) * ((2 * between) / (n * m) - inside);
    const [toBefore, toAfter] = [gaps(value, values.slice(0, n)), gaps(value, values.slice(n))];
    before += 2 * toBefore;
    after -= 2 * toAfter;
    between += toAfter - toBefore;
    return found;
  });
}

function gaps(from: number, values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value - from);
  return sum;
}

/** Welch's p value. Two levels without variance need no test: they are equal or not. */
function welch(left: number[], right: number[]): number {
  const [u, v] = [sampleVariance(left) / left.length, sampleVariance(right) / right.length];
  const gap = mean(left) - mean(right);
  if (u + v === 0) return gap === 0 ? 1 : 0;
  const freedom = (u + v) ** 2 / (u ** 2 / (left.length - 1) + v ** 2 / (right.length - 1));
  return jstat.ibeta(freedom / (freedom + gap ** 2 / (u + v)), freedom / 2, 0.5);
}
