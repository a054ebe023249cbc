import { groupBy } from '../../measure/group.ts';
import { plural } from '../../report/format.ts';
import type { CellState } from './state.ts';

/** The cells that one commit made worse, the largest loss first. */
export interface Cause {
  lastGood: string;
  firstBad: string;
  cells: readonly { state: CellState; change: number }[];
}

export function causesOf(states: readonly CellState[]): Cause[] {
  const losses = states.flatMap((state) => state.suspects.map((suspect) => ({ state, suspect })));
  const byCommit = groupBy(losses, ({ suspect }) => suspect.firstAfter.commit);
  const causes = [...byCommit].map(([firstBad, members]) => ({
    firstBad,
    lastGood: members[0]?.suspect.lastBefore.commit ?? '',
    cells: members
      .map(({ state, suspect: { change } }) => ({ state, change }))
      .sort((a, b) => Math.abs(b.change) - Math.abs(a.change)),
  }));
  return causes.sort((a, b) => Math.abs(b.cells[0]?.change ?? 0) - Math.abs(a.cells[0]?.change ?? 0));
}

/** How many cells a cause names. */
const named = 3;

/** "with 0b043f6c21 (good: 9f3e…) splice · netperf rr … fell by 4.9 %, and 12 more cells". */
export function causeText({ firstBad, lastGood, cells }: Cause): string {
  const worst = cells
    .slice(0, named)
    .map(
      ({ state, change }) => `${state.title} ${change < 0 ? 'fell' : 'rose'} by ${percent(Math.abs(change))}`,
    );
  const more = cells.length > named ? `, and ${plural(cells.length - named, 'more cell')}` : '';
  return `Since ${firstBad.slice(0, 10)} (last good: ${lastGood.slice(0, 10)}): ${worst.join('; ')}${more}.`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
