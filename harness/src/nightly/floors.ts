import { originalOf, twinKindOf } from '../measure/control-cells.ts';
import { noiseFloor } from '../measure/noise-floor.ts';
import { paramsKey } from '../measure/params.ts';
import type { HistoryEntry, Series } from '../store/history.ts';

/**
 * The noise floor of each cell, from the differences to its A/A copy of the same night. A variant that has had no copy
 * yet gets the differences of the other variants at its point.
 */
export function floorsOf(history: readonly Series[]): Map<string, number> {
  const deltas = new Map<string, number[]>();
  const add = (key: string, delta: number) => deltas.set(key, [...(deltas.get(key) ?? []), delta]);
  const originals = new Map(
    history.flatMap(({ entries }) => entries.map((entry) => [nightKey(entry), entry])),
  );
  for (const copy of history.flatMap(({ entries }) => entries)) {
    if (twinKindOf(copy.variant) !== 'again') continue;
    const variant = originalOf(copy.variant);
    const original = originals.get(nightKey({ ...copy, variant }));
    if (original === undefined) continue;
    const delta = copy.median / original.median - 1;
    add(`${variant} ${pointOf(copy)}`, delta);
    add(pointOf(copy), delta);
  }
  return new Map(
    history.flatMap(({ name, entries: [first] }) => {
      if (first === undefined) return [];
      const point = pointOf(first);
      const known = deltas.get(`${first.variant} ${point}`) ?? deltas.get(point);
      return [[name, noiseFloor(first.params.clock, known)] as const];
    }),
  );
}

const pointOf = ({ metric, params }: HistoryEntry) => `${metric} ${paramsKey(params)}`;
const nightKey = (entry: HistoryEntry) => `${entry.run} ${entry.variant} ${pointOf(entry)}`;
