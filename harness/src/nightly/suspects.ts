import { changePoints } from '../measure/change-points.ts';
import { type LevelChange, openChanges } from '../measure/levels.ts';
import { noiseFloor } from '../measure/noise-floor.ts';
import type { HistoryEntry, Series } from '../store/history.ts';
import { metrics } from '../workload/metric.ts';

/** A cell that got worse. It is reported only after further runs confirm it. */
export interface Suspect extends LevelChange {
  cell: string;
  lastBefore: HistoryEntry;
  firstAfter: HistoryEntry;
}

/**
 * The losses in one testbed's history: cells off their last good level by more than their floor, from the first night
 * on, and slow losses that no single night shows. `floors` has each cell's A/A noise.
 */
export function suspects(
  history: readonly Series[],
  floors: ReadonlyMap<string, number> = new Map(),
): Suspect[] {
  const searched = history.flatMap(({ name, entries }) => {
    const [first] = entries;
    if (first === undefined) return [];
    const leastChange = floors.get(name) ?? noiseFloor(first.params.clock);
    return [
      { name, values: entries.map(({ median }) => median), leastChange, entries, metric: first.metric },
    ];
  });
  const levels = changePoints(searched);
  return searched.flatMap(({ name, values, leastChange, entries, metric }) => {
    const { better } = metrics[metric];
    const sudden = openChanges(values, leastChange, better);
    const slow = (levels.get(name) ?? []).filter(
      ({ before, change }) =>
        change < 0 === (better === 'higher') && isWorse(better, before, values.at(-1) ?? before, leastChange),
    );
    return [
      ...sudden,
      ...slow.filter(({ index }) => !sudden.some((known) => isNear(known.index, index))),
    ].flatMap(({ index, before, after, change }) => {
      const [lastBefore, firstAfter] = entries.slice(index - 1, index + 1);
      if (lastBefore === undefined || firstAfter === undefined) return [];
      return [{ index, before, after, change, cell: name, lastBefore, firstAfter }];
    });
  });
}

function isWorse(better: 'higher' | 'lower', before: number, now: number, floor: number): boolean {
  return (now / before - 1) * (better === 'higher' ? 1 : -1) < -floor;
}

/** Whether two nights may be the same change: the search may be some nights off. */
const isNear = (a: number, b: number) => Math.abs(a - b) < 5;

/** Whether the nights on both sides of a change ran the same kernel, root filesystem and harness. */
export function hasSameBytes({ lastBefore, firstAfter }: Suspect): boolean {
  return lastBefore.made !== undefined && lastBefore.made === firstAfter.made;
}
