import type { ExplainRow } from '../../store/explain-rows.ts';
import { escapes } from '../escapes.ts';
import { amount } from '../format.ts';
import { type CostLine, columnOf, columnsOf, costLines, shortened, sum } from './rows.ts';

/** A table for the terminal: the cost of groups and then of symbols, with one column for each variant. */
export function explainTable(
  rows: readonly ExplainRow[],
  options: { columns?: number; symbols?: number } = {},
): string {
  if (rows.length === 0) return 'No instructions were attributed.\n';
  const width = Math.max(40, Math.min(options.columns ?? 80, 120));
  const variants = columnsOf(rows);
  const total = {
    name: 'total',
    group: '',
    costs: variants.map((v) => sum(rows.filter((row) => columnOf(row) === v))),
  };
  const line = (name: string, costs: readonly string[]) => {
    const numbers = costs.map((cost, at) => cost.padStart(columnWidth(variants[at] ?? ''))).join('');
    const room = Math.max(12, width - numbers.length);
    return `${cut(escapes.terminal(name), room).padEnd(room)}${numbers}`.trimEnd();
  };
  const costLine = ({ name, group, costs }: CostLine, indent: string) =>
    line(`${indent}${name}${group === '' || group === name ? '' : `  ${group}`}`, costs.map(costText));
  return `${[
    line('instructions a transaction', variants.map(escapes.terminal)),
    costLine(total, ''),
    ...shortened(costLines(rows, 'group'), 10).map((line) => costLine(line, '  ')),
    '',
    'by symbol',
    ...shortened(costLines(rows, 'symbol'), options.symbols ?? 25).map((line) => costLine(line, '  ')),
  ].join('\n')}\n`;
}

/** All rows as CSV. */
export function explainCsv(rows: readonly ExplainRow[]): string {
  const head = ['group', 'symbol', ...columnsOf(rows)];
  const lines = costLines(rows, 'symbol').map(({ name, group, costs }) => [
    group,
    name,
    ...costs.map(String),
  ]);
  return [head, ...lines].map((line) => `${line.map(escapes.csv).join(',')}\n`).join('');
}

export function costText(cost: number): string {
  return cost === 0 ? '·' : amount(cost);
}

const columnWidth = (variant: string) => Math.max(9, variant.length + 2);

function cut(text: string, width: number): string {
  return text.length < width ? text : `${text.slice(0, width - 2)}…`;
}
