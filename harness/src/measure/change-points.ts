import jstat from 'jstat';
import { mean, sampleVariance } from 'simple-statistics';
import type { Clock } from '../host/clock.ts';

/** Only the newest points are searched, and a short series is not searched at all. */
const windowPoints = 50;
const fewestPoints = 30;
/** A level is a level when it has lasted this long. */
const fewestOnASide = 5;
const significance = 0.001;

/** A series' level and where it changed, before anyone has confirmed it. */
export interface ChangePoint {
  /** Index of the first point on the new level: the first bad commit's. */
  index: number;
  before: number;
  after: number;
  /** Relative: 0.05 is 5 % up. */
  change: number;
  p: number;
}

/** How much a change must be to matter; virtual figures are steady enough for their own A/A floor to set it. */
export function leastChange(clock: Clock, floor = 0): number {
  return clock === 'virtual' ? Math.max(0.002, 3 * floor) : 0.03;
}

export interface Searched {
  name: string;
  values: readonly number[];
  leastChange: number;
}

/** Of every series its change, where there is one: significant among all that were searched, and large enough. */
export function changePoints(series: readonly Searched[]): Map<string, ChangePoint> {
  const candidates = series.flatMap(({ name, values, leastChange: least }) => {
    const found = strongestChange(values);
    return found === null ? [] : [{ name, found, least }];
  });
  const accepted = benjaminiHochberg(
    candidates.map(({ found }) => found.p),
    significance,
  );
  return new Map(
    candidates
      .filter(({ found, least }, place) => accepted[place] && Math.abs(found.change) >= least)
      .map(({ name, found }) => [name, found]),
  );
}

/**
 * The split of the window that the energy statistic likes best (Matteson and James's E-divisive), and how probable
 * its difference in means is by chance (Welch's t, corrected for the choice among splits, as in Hunter).
 */
export function strongestChange(values: readonly number[]): ChangePoint | null {
  if (values.length < fewestPoints) return null;
  const start = Math.max(0, values.length - windowPoints);
  const window = values.slice(start);
  const places = window.map((_, place) => place).slice(fewestOnASide, window.length - fewestOnASide + 1);
  const divergences = places.map((place) => divergence(window.slice(0, place), window.slice(place)));
  const place = places[divergences.indexOf(Math.max(...divergences))] ?? 0;
  const [left, right] = [window.slice(0, place), window.slice(place)];
  const [before, after] = [mean(left), mean(right)];
  const p = Math.min(1, welch(left, right) * places.length);
  return { index: start + place, before, after, change: after / before - 1, p };
}

/** Which of these p values stand, the share of false ones among them being held to `level`. */
export function benjaminiHochberg(ps: readonly number[], level: number): boolean[] {
  const sorted = [...ps].sort((a, b) => a - b);
  const rank = sorted.findLastIndex((p, place) => p <= (level * (place + 1)) / sorted.length);
  const limit = sorted[rank] ?? -1;
  return ps.map((p) => p <= limit);
}

/** The energy distance of two samples, scaled so that splits of unequal halves can be compared. */
function divergence(left: readonly number[], right: readonly number[]): number {
  const [n, m] = [left.length, right.length];
  const distance = 2 * meanGap(left, right) - meanGap(left, left) - meanGap(right, right);
  return ((n * m) / (n + m)) * distance;
}

function meanGap(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const x of a) for (const y of b) sum += Math.abs(x - y);
  return sum / (a.length * b.length);
}

/** Two levels without any variance are the same or they are not: no test is needed to tell. */
function welch(left: number[], right: number[]): number {
  const [u, v] = [sampleVariance(left) / left.length, sampleVariance(right) / right.length];
  const gap = mean(left) - mean(right);
  if (u + v === 0) return gap === 0 ? 1 : 0;
  const freedom = (u + v) ** 2 / (u ** 2 / (left.length - 1) + v ** 2 / (right.length - 1));
  return jstat.ibeta(freedom / (freedom + gap ** 2 / (u + v)), freedom / 2, 0.5);
}
