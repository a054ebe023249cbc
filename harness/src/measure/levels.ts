import { median } from 'simple-statistics';

/** A loss of level that is neither accepted nor undone by a later night. */
export interface LevelChange {
  /** Index of the first night on the new level. */
  index: number;
  /** The level before the change. */
  before: number;
  /** The first night's figure. */
  after: number;
  /** Relative: -0.05 is 5 % down. */
  change: number;
}

/**
 * Follows a cell night by night. A night that differs from the current level by more than the floor (relative) begins a
 * new level. A better level becomes the good one, so that it hides no later loss. A worse one stays open until a night
 * returns to the level before it: it is reported every night until it is fixed or accepted.
 */
export function openChanges(
  values: readonly number[],
  floor: number,
  better: 'higher' | 'lower',
): LevelChange[] {
  const gain = (from: number, to: number) => (to / from - 1) * (better === 'higher' ? 1 : -1);
  const isNear = (level: readonly number[], value: number) =>
    Math.abs(value / median([...level]) - 1) <= floor;
  let open: LevelChange[] = [];
  let good: number[] = [];
  let present: number[] = [];
  for (const [index, value] of values.entries()) {
    open = open.filter(({ before }) => gain(before, value) < -floor);
    if (present.length === 0 || isNear(present, value)) {
      present = [...present, value];
    } else if (isNear(good, value)) {
      present = [...good, value];
    } else {
      const [before, goodLevel] = [median(present), median(good)];
      const isWorse = gain(before, value) < 0 && gain(goodLevel, value) < 0;
      if (isWorse) open.push({ index, before, after: value, change: value / before - 1 });
      present = [value];
    }
    if (open.length === 0) good = present;
  }
  return open;
}
