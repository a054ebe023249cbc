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

test('the last column is wrapped at words to the width of a terminal', () => {
  const long = [
    ['--seed N', 'draw the order of the boots from this number'],
    ['--force', 'short'],
  ];
  expect(columnLines(long, { width: 32 })).toEqual([
    '--seed N  draw the order of the',
    '          boots from this number',
    '--force   short',
  ]);
  // Words that nobody could read under each other stay in one line.
  expect(columnLines(long, { width: 25 })).toHaveLength(2);
});

test('no rows are no lines', () => {
  expect(columnLines([])).toEqual([]);
});
