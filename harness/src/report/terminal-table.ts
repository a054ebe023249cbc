import { columnLines } from './columns.ts';
import { escapes } from './escapes.ts';
import { isEmulated, type RunFacts } from './facts.ts';
import { amount, comparisonText, digits, interval, sizeText } from './format.ts';
import type { CellGroup, CellRow, KernelGroup } from './groups.ts';

interface Column {
  text: (row: CellRow) => string;
  align: 'left' | 'right';
  /** The minimal width of the terminal for this column. */
  from: number;
  grey?: true;
}

const barWidth = 14;
const nameWidth = 18;

const columns: readonly Column[] = [
  { text: ({ at }) => at, align: 'right', from: 0 },
  { text: ({ cell }) => name(cell.variant), align: 'left', from: 0 },
  { text: ({ cell }) => amount(cell.median), align: 'right', from: 0, grey: true },
  { text: ({ share }) => bar(share).padEnd(barWidth), align: 'left', from: 80 },
  { text: ({ ratio }) => (ratio === undefined ? '' : `${digits(ratio.value)}×`), align: 'right', from: 45 },
  { text: ({ ratio }) => (ratio === undefined ? '' : interval(ratio)), align: 'left', from: 64 },
];

interface Screen {
  width: number;
  /** Whether grey can be printed. */
  color: boolean;
}

/** The rows of one group, with the columns that fit a terminal of this width. */
export function cellLines({ rows }: CellGroup, facts: RunFacts, { width, color }: Screen): string[] {
  const fitting = columns.filter(({ from }) => width >= from);
  const texts = rows.map((row) => fitting.map(({ text }) => text(row)));
  const emulated = rows.some(({ cell }) => isEmulated(facts, cell.params));
  const right = fitting.flatMap(({ align }, at) => (align === 'right' ? [at] : []));
  const paint = (text: string, at: number) =>
    color && emulated && fitting[at]?.grey ? `\u001b[90m${text}\u001b[39m` : text;
  return columnLines(texts, { right, paint }).map((line) => `  ${line}`);
}

export function kernelTable({ rows }: KernelGroup): string[] {
  return rows.map(({ variant, ratio }) => {
    const size = sizeText(ratio.params.size).padStart(6);
    const words = [size, name(variant).padEnd(nameWidth), `${digits(ratio.value)}×`, interval(ratio)];
    return `  ${[...words, comparisonText(ratio.comparison, ratio.metric)].join('  ')}`.trimEnd();
  });
}

function bar(share: number): string {
  const eighths = Math.max(1, Math.round(share * barWidth * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (partBlocks[eighths % 8] ?? '');
}

const partBlocks = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function name(variant: string): string {
  return cut(escapes.terminal(variant), nameWidth);
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
