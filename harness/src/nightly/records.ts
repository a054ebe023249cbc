import { hashOf } from '../host/cache.ts';
import { groupBy } from '../measure/group.ts';
import type { LostCell, RegressionRecord } from '../store/regressions.ts';
import { bisectCommand } from './bisect-command.ts';
import type { Suspect } from './suspects.ts';

/** One night's findings about an experiment on a testbed. */
export interface NightFindings {
  experiment: string;
  testbedId: string;
  at: string;
  commit: string;
  /** The losses that stand tonight, without accepted ones. */
  suspects: readonly Suspect[];
  /** The losses that stand, and that somebody accepted. */
  accepted: readonly Suspect[];
  /** The cells that were measured. */
  measured: ReadonlySet<string>;
}

/**
 * The records that change tonight. A loss belongs to the open record of its first bad commit, or of its cell and level;
 * the others begin a record a commit. An open record without a loss is accepted or fixed.
 */
export function advance(known: readonly RegressionRecord[], night: NightFindings): RegressionRecord[] {
  const open = known.filter(
    ({ state, experiment, testbedId }) =>
      isOpen(state) && experiment === night.experiment && testbedId === night.testbedId,
  );
  const ownerOf = (suspect: Suspect) => open.find((record) => belongs(record, suspect));
  const continued = open.flatMap((record) => {
    const losses = night.suspects.filter((suspect) => ownerOf(suspect) === record);
    const next = { ...record, ...standing(record, losses, night) };
    return sameRecord(next, record) ? [] : [{ ...next, at: night.at }];
  });
  const fresh = night.suspects.filter((suspect) => ownerOf(suspect) === undefined);
  const causes = groupBy(fresh, ({ firstAfter }) => firstAfter.commit);
  return [...continued, ...[...causes.values()].map((losses) => recordOf(losses, night))];
}

/** Whether a record is told each night. */
export const isOpen = (state: RegressionRecord['state']): boolean =>
  state === 'suspected' || state === 'confirmed';

function standing(
  record: RegressionRecord,
  losses: readonly Suspect[],
  { accepted, measured, commit }: NightFindings,
): Partial<RegressionRecord> {
  if (losses.length > 0) return { cells: cellsOf(losses, record.cells) };
  if (accepted.some((suspect) => belongs(record, suspect))) return { state: 'accepted' };
  if (!record.cells.some(({ cell }) => measured.has(cell))) return {};
  return { state: 'fixed', fixedBy: commit };
}

function belongs({ firstBad, cells }: RegressionRecord, { cell, before, firstAfter }: Suspect): boolean {
  if (firstAfter.commit === firstBad) return true;
  // The search for slow changes may move by some nights, and the commit with it.
  return cells.some(
    (lost) => lost.cell === cell && Math.abs(before / lost.before - 1) < Math.abs(lost.change) / 2,
  );
}

/** The largest loss first. A cell keeps the levels of its first night. */
function cellsOf(losses: readonly Suspect[], known: readonly LostCell[]): LostCell[] {
  const cells = losses.map(({ cell, before, after, change, firstAfter: { variant, params, metric } }) => {
    const same = known.find((lost) => lost.cell === cell);
    return same ?? { cell, variant, params, metric, before, after, change };
  });
  return cells.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

function recordOf(
  losses: readonly Suspect[],
  { experiment, testbedId, at }: NightFindings,
): RegressionRecord {
  const cells = cellsOf(losses, []);
  const worst = losses.find(({ cell }) => cell === cells[0]?.cell) ?? (losses[0] as Suspect);
  const firstBad = worst.firstAfter.commit;
  return {
    at,
    id: hashOf([experiment, worst.cell, firstBad]).slice(0, 10),
    state: 'suspected',
    ...{ experiment, testbedId, firstBad, cells },
    lastGood: worst.lastBefore.commit,
    culprit: null,
    fixedBy: null,
    proof: null,
    bisect: bisectCommand(worst),
  };
}

const sameRecord = (a: RegressionRecord, b: RegressionRecord) => hashOf(a) === hashOf(b);
