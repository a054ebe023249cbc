import { expect, test } from 'vitest';
import { columnLines } from '../../../src/report/columns.ts';

const rows = [
  ['variant', 'rate', 'note'],
  ['tcp', '9', ''],
  ['splice', '12.5', 'x'],
];

test('columns stand under each other, and no line ends in blanks', () => {
  expect(columnLines(rows)).toEqual(['variant  rate  note', 'tcp      9', 'splice   12.5  x']);
});

test('numbers end under each other', () => {
  expect(columnLines(rows, { right: [1] })[1]).toBe('tcp         9');
});

test('colours do not count as width', () => {
  const paint = (text: string, column: number) => (column === 0 ? `<${text}>` : text);
  expect(columnLines(rows, { paint })).toEqual([
    '<variant>  rate  note',
    '<tcp    >  9',
    '<splice >  12.5  x',
  ]);
});

test('no rows are no lines', () => {
  expect(columnLines([])).toEqual([]);
});
