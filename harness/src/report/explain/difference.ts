import type { ExplainedVariant } from '../../store/explain-runs.ts';
import { columnLines } from '../columns.ts';
import { escapes } from '../escapes.ts';
import { amount } from '../format.ts';
import { costText } from './table.ts';

export const differenceHead = ['symbol', 'A', 'B', 'B-A'];

/** How one profiled run a side is to be read. */
export const differenceNote =
  'Instructions a transaction, from one profiled run a side: no interval, and symbols within one instruction are left out.';

/** "splice: 10.9k in A, 11.4k in B, +512" */
export function variantText({ variant, kernel, before, after }: ExplainedVariant): string {
  const name = kernel === undefined ? variant : `${variant} (${kernel})`;
  return `${name}: ${amount(before)} in A, ${amount(after)} in B, ${signed(after - before)}`;
}

/** A row for each of the symbols that differ most, and one for the sum of the others. */
export function differenceRows({ symbols }: ExplainedVariant, most: number): string[][] {
  const rest = symbols.slice(most);
  const row = (name: string, before: number, after: number) => [
    name,
    costText(before),
    costText(after),
    signed(after - before),
  ];
  const sum = (side: 'before' | 'after') => rest.reduce((total, symbol) => total + symbol[side], 0);
  return [
    ...symbols.slice(0, most).map(({ symbol, before, after }) => row(symbol, before, after)),
    ...(rest.length === 0 ? [] : [row(`${rest.length} more`, sum('before'), sum('after'))]),
  ];
}

/** The difference of two runs by symbol, for the terminal. */
export function differenceText(variants: readonly ExplainedVariant[]): string {
  const parts = variants.map((variant) => {
    const rows = differenceRows(variant, 10).map(([name = '', ...costs]) => [
      escapes.terminal(name),
      ...costs,
    ]);
    const lines =
      rows.length === 0
        ? ['no symbol differs']
        : columnLines([differenceHead, ...rows], { right: [1, 2, 3] });
    return [variantText(variant), ...lines.map((line) => `  ${line}`)].join('\n');
  });
  return `${[differenceNote, ...parts].join('\n\n')}\n`;
}

/** Zero has no sign. */
function signed(difference: number): string {
  const size = amount(Math.abs(difference));
  return size === '0' ? size : `${difference > 0 ? '+' : '-'}${size}`;
}
