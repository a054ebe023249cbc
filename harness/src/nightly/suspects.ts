import { type ChangePoint, changePoints, leastChange } from '../measure/change-points.ts';
import type { HistoryEntry, Series } from '../store/history.ts';
import { metrics } from '../workload/metric.ts';

/** A cell whose level changed; a rerun has to confirm it before anyone is told. */
export interface Suspect extends ChangePoint {
  cell: string;
  lastBefore: HistoryEntry;
  firstAfter: HistoryEntry;
  isWorse: boolean;
}

/** What changed in one testbed's history. `floors` has each cell's A/A noise, where a nightly measured it. */
export function suspects(
  history: readonly Series[],
  floors: ReadonlyMap<string, number> = new Map(),
): Suspect[] {
  const searched = history.flatMap(({ name, entries }) => {
    const [first] = entries;
    if (first === undefined) return [];
    const least = leastChange(first.params.clock, floors.get(name));
    return [{ name, values: entries.map(({ median }) => median), leastChange: least }];
  });
  const found = changePoints(searched);
  return history.flatMap(({ name, entries }) => {
    const change = found.get(name);
    if (change === undefined) return [];
    const [lastBefore, firstAfter] = entries.slice(change.index - 1, change.index + 1);
    if (lastBefore === undefined || firstAfter === undefined) return [];
    const isWorse = change.change < 0 === (metrics[firstAfter.metric].better === 'higher');
    return [{ ...change, cell: name, lastBefore, firstAfter, isWorse }];
  });
}
