import { expect, test } from 'vitest';
import { escapes } from '../../../src/report/escapes.ts';
import { csvTable, latexTables, markdownTables } from '../../../src/report/tables.ts';
import { fixtureFacts as facts } from '../../fixtures/summary/facts.ts';
import { quickSummary } from '../../fixtures/summary/quick.ts';

test('CSV has a row a cell with every digit, and quotes what must be quoted', () => {
  const summary = quickSummary();
  const [first] = summary.cells;
  const cells = summary.cells.map((cell, at) => (at === 0 ? { ...cell, variant: 'a,"b"\nc' } : cell));
  const text = csvTable({ ...summary, cells });
  // A head, a last line end, and the line break within the quotes.
  expect(text.split('\n')).toHaveLength(summary.cells.length + 3);
  expect(
    text.startsWith('variant,workload,topology,size,clock,idle,kernel,test,metric,unit,better,median,'),
  ).toBe(true);
  expect(text).toContain('\n"a,""b""\nc",netperf,');
  expect(text).toContain(`${first?.mean}`);
});

test('Markdown escapes what would be markup, and keeps one row a cell', () => {
  const summary = quickSummary();
  const cells = summary.cells
    .slice(0, 1)
    .map((cell) => ({ ...cell, variant: 'a|b*c_d`<img src=x>[x](y)\nnext' }));
  const text = markdownTables({ ...summary, cells, ratios: [] }, facts);
  expect(text).toContain('| 1 B | a\\|b\\*c\\_d\\`\\<img src=x\\>[x]\\(y) next | 39.1k e |');
});

test('LaTeX escapes every special letter', () => {
  expect(escapes.latex('\\{}$&#^_~%<>|×')).toBe(
    '\\textbackslash{}\\{\\}\\$\\&\\#\\textasciicircum{}\\_\\textasciitilde{}\\%\\textless{}\\textgreater{}\\textbar{}$\\times$',
  );
});

test('LaTeX tables are balanced, and say what stands behind them', () => {
  const summary = quickSummary();
  const cells = summary.cells.map((cell) => ({ ...cell, variant: `${cell.variant}_50%&\\end{tabular}` }));
  const text = latexTables({ ...summary, cells }, facts);
  const count = (part: string) => text.split(part).length - 1;
  expect(count('\\begin{tabular}')).toBeGreaterThan(0);
  expect(count('\\begin{tabular}')).toBe(count('\n\\end{tabular}\n'));
  expect(count('\\begin{table}')).toBe(count('\\end{table}'));
  expect(text).toContain('tcp\\_50\\%\\&\\textbackslash{}end\\{tabular\\}');
  expect(text).toContain('2 boots $\\times$ 1 sample');
  // Every row has the six columns of its head.
  for (const row of text.split('\n').filter((line) => line.endsWith(' \\\\'))) {
    expect(row.replaceAll('\\&', '').split('&')).toHaveLength(6);
  }
});

test('emulated numbers carry a mark that the footing explains', () => {
  expect(markdownTables(quickSummary(), facts)).toContain('e: emulated CPUs');
});

test('an empty run gives empty tables', () => {
  const empty = { ...quickSummary(), cells: [], ratios: [] };
  expect(csvTable(empty).split('\n')).toHaveLength(2);
  expect(latexTables(empty, facts)).toBe('');
  expect(markdownTables(empty, facts)).toContain('netperf');
});
