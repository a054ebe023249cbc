import type { Between } from '../measure/between.ts';
import type { ComparedRuns } from '../store/compare-runs.ts';
import { columnLines } from './columns.ts';
import { amount, comparisonText, interval, sizeText } from './format.ts';

/** The comparison of two runs as text, cell by cell. */
export function comparisonTable({ before, after, cells, leftOut }: ComparedRuns): string {
  const rows = [['cell', 'metric', 'A', 'B', 'B/A', 'interval', 'verdict'], ...cells.map(row)];
  const notes = [
    `A ${before.run} (zerohop ${before.zerohop.commit.slice(0, 12)})`,
    `B ${after.run} (zerohop ${after.zerohop.commit.slice(0, 12)})`,
    'Between runs: no boot has both sides, so intervals are wider than inside one run (--kernel a=... --kernel b=...).',
    ...leftOut,
    ...(cells.some(({ comparison }) => comparison === null) ? ['A smoke run decides nothing.'] : []),
  ];
  return `${notes.join('\n')}\n\n${columnLines(rows).join('\n')}\n`;
}

function row({ before, after, ratio, comparison }: Between): string[] {
  const kind = ratio === null || ratio.interval === 't' ? '' : ' range';
  const basis = before.basis === undefined ? '' : ', serialised';
  return [
    cellText(before),
    before.metric,
    amount(before.median),
    amount(after.median),
    ratio === null ? '-' : ratio.value.toFixed(3),
    ratio === null ? '-' : `${interval(ratio)}${kind}`,
    `${comparison === null ? '-' : comparisonText(comparison, before.metric)}${basis}`,
  ];
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
