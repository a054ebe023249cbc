import { describe, expect, test, vi } from 'vitest';
import { explainFigure } from '../../../src/report/explain/figure.ts';
import { columnsOf, costLines, shortened } from '../../../src/report/explain/rows.ts';
import { explainCsv, explainTable } from '../../../src/report/explain/table.ts';
import { compose } from '../../../src/report/figure/compose.ts';
import { layouts } from '../../../src/report/figure/drawing.ts';
import { toSvg } from '../../../src/report/figure/render.ts';
import { explainRowSchema } from '../../../src/store/explain-rows.ts';
import { explainRows } from '../../fixtures/summary/explain.ts';
import { fixtureFacts as facts } from '../../fixtures/summary/facts.ts';

// Drawing takes a second, and many on a machine that builds a kernel beside.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const total = (variant: string) =>
  explainRows.filter((row) => row.variant === variant).reduce((sum, row) => sum + row.instructions, 0);

test('rows are valid lines of explain.jsonl', () => {
  for (const row of explainRows) expect(() => explainRowSchema.parse(row)).not.toThrow();
});

describe('costLines', () => {
  test('puts variants side by side, the dearest first, and loses nothing', () => {
    const lines = costLines(explainRows, 'group');
    expect(lines[0]).toEqual({ name: 'net/ipv4', group: 'net/ipv4', costs: [9700, 0] });
    for (const at of [0, 1]) {
      expect(lines.reduce((sum, { costs }) => sum + (costs[at] ?? 0), 0)).toBe(
        total(at === 0 ? 'tcp' : 'smc'),
      );
    }
  });

  test('shortened adds up what it leaves out', () => {
    const lines = shortened(costLines(explainRows, 'symbol'), 3);
    expect(lines).toHaveLength(4);
    expect(lines.reduce((sum, { costs }) => sum + (costs[0] ?? 0), 0)).toBe(total('tcp'));
  });
});

test('the table fits and has the totals', () => {
  const text = explainTable(explainRows);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toMatch(/^total +24\.5k +12\.4k$/m);
  expect(text).toMatch(/^ {2}__schedule {2}kernel\/sched +1\.90k +1\.88k$/m);
  expect(text).toMatch(/^ {2}smc_tx_sendmsg {2}net\/smc +· +1\.12k$/m);
  expect(explainTable([])).toContain('No instructions');
});

test('a variant has a column for each of two kernels', () => {
  const rows = ['a', 'b'].flatMap((kernel) => explainRows.map((row) => ({ ...row, kernel })));
  for (const row of rows) expect(() => explainRowSchema.parse(row)).not.toThrow();
  expect(columnsOf(rows)).toEqual(['tcp (a)', 'smc (a)', 'tcp (b)', 'smc (b)']);
  expect(costLines(rows, 'group')[0]?.costs).toEqual([9700, 0, 9700, 0]);
});

test('CSV is complete', () => {
  expect(explainCsv(explainRows).split('\n')).toHaveLength(costLines(explainRows, 'symbol').length + 2);
});

test('the figure names groups and their dearest symbols, one panel a variant', async () => {
  const figure = explainFigure(explainRows, facts, layouts.wide);
  expect(figure.views).toHaveLength(2);
  const svg = await toSvg(compose(figure, layouts.wide));
  for (const name of [
    'net/ipv4',
    'tcp_sendmsg_locked',
    'net/smc',
    'smc_tx_sendmsg',
    'tcp · 24.5k',
    'smc · 12.4k',
  ]) {
    expect(svg).toContain(`>${name}</text>`);
  }
  expect(await toSvg(compose(explainFigure(explainRows, facts, layouts.wide), layouts.wide))).toBe(svg);
});

test('the figure names the source of the counts', () => {
  const sampled = explainRows.map((row) => ({ ...row, clock: 'wall' as const }));
  const [counter, emulator] = [sampled, explainRows].map((rows) =>
    explainFigure(rows, { ...facts, accelerator: 'kvm' }, layouts.wide).caption.join(' '),
  );
  expect(counter).toMatch(/samples of the CPU's instruction counter .* kvm /);
  expect(emulator).toMatch(/virtual clock .* tcg,icount /);
});

test('rows without a group stand together', () => {
  const rows = [explainRowSchema.parse({ variant: 'tcp', symbol: 'mystery', instructions: 5 })];
  expect(costLines(rows, 'group')[0]?.name).toBe('elsewhere');
  expect(explainFigure([], facts, layouts.wide).views).toEqual([]);
});
