import { type Between, isEqual, worstFirst } from '../measure/between.ts';
import { groupBy } from '../measure/group.ts';
import type { ComparedRuns } from '../store/compare-runs.ts';
import { columnLines } from './columns.ts';
import { amount, comparisonText, interval, plural, sizeText, times } from './format.ts';

/** The comparison of two runs as text: a sentence, what differs between them, and the cells that moved, worst first. */
export function comparedText(compared: ComparedRuns): string {
  const moved = worstFirst(compared.cells);
  const rows = [comparisonHead, ...moved.map(comparisonRow)];
  const table = moved.length === 0 ? '' : `${columnLines(rows).join('\n')}\n\n`;
  return `${summarySentence(compared)}\n\n${table}${equalLine(compared)}${notesOn(compared).join('\n')}\n`;
}

export const comparisonHead = ['cell', 'metric', 'A', 'B', 'B/A', 'interval', 'verdict'];

/** "2 of 119 cells are worse and 1 is better; the worst: splice rate netperf ... 0.880×." */
export function summarySentence({ cells }: Pick<ComparedRuns, 'cells'>): string {
  const moved = worstFirst(cells);
  const equal = cells.length - moved.length;
  const counts = [...groupBy(moved, (cell) => verdictOf(cell))].map(
    ([verdict, { length }]) => `${length} ${verdict}`,
  );
  const [worst] = moved;
  const named =
    worst === undefined
      ? ''
      : `; first: ${cellText(worst.before)}, ${worst.before.metric} ${ratioText(worst)}`;
  return `Of ${plural(cells.length, 'cell')}, B against A: ${[...counts, `${equal} equal`].join(', ')}${named}.`;
}

/** Where the two runs come from, how they can be compared, and what differs between them. */
export function notesOn({ before, after, cells, leftOut, differences }: ComparedRuns): string[] {
  return [
    `A ${before.run} (zerohop ${before.zerohop.commit.slice(0, 12)})`,
    `B ${after.run} (zerohop ${after.zerohop.commit.slice(0, 12)})`,
    'Between runs: no boot has both sides, so intervals are wider than inside one run (--kernel a=... --kernel b=...).',
    ...leftOut,
    ...(cells.some(({ comparison }) => comparison === null) ? ['A smoke run decides nothing.'] : []),
    ...differences,
  ];
}

/** How many cells are equal, and how close all of them are. */
function equalLine({ cells }: ComparedRuns): string {
  const equal = cells.filter(isEqual);
  if (equal.length === 0) return '';
  const far = Math.max(
    ...equal.map(({ ratio }) => (ratio === null ? 1 : Math.max(ratio.value, 1 / ratio.value))),
  );
  return `${plural(equal.length, 'cell')} equal, within ${((far - 1) * 100).toFixed(2)} % (--html DIR lists them).\n\n`;
}

export function comparisonRow(cell: Between): string[] {
  const { before, after, ratio } = cell;
  const kind = ratio === null || ratio.interval === 't' ? '' : ' range';
  const basis = before.basis === undefined ? '' : ', serialised';
  return [
    cellText(before),
    before.metric,
    amount(before.median),
    amount(after.median),
    ratioText(cell),
    ratio === null ? '-' : `${interval(ratio)}${kind}`,
    `${verdictOf(cell)}${basis}`,
  ];
}

const ratioText = ({ ratio }: Between) => (ratio === null ? '-' : times(ratio.value));

function verdictOf({ comparison, before }: Between): string {
  return comparison === null ? 'undecided' : comparisonText(comparison, before.metric);
}

function cellText({ variant, params }: Between['before']): string {
  const { workload, topology, size, clock, idle, kernel, ...own } = params;
  const words = [
    variant,
    workload,
    topology,
    sizeText(size),
    clock,
    idle ?? '',
    kernel,
    ...Object.values(own),
  ];
  return words.filter((word) => word !== '').join(' ');
}
