import { expect, test } from 'vitest';
import { baselineOf, inReadingOrder } from '../../../src/report/order.ts';
import { quickSummary } from '../../fixtures/summary/quick.ts';

test('the order of measurement leaves no trace', () => {
  const summary = quickSummary();
  const shuffled = {
    ...summary,
    cells: summary.cells.toReversed(),
    ratios: summary.ratios.toReversed(),
    proofs: summary.proofs.toReversed(),
  };
  expect(inReadingOrder(shuffled)).toEqual(inReadingOrder(summary));
});

test('loopback comes before container, virtual before wall, tcp before smc, 64 before 1024', () => {
  const { cells } = inReadingOrder(quickSummary());
  const rr = cells.filter(({ params, metric }) => params.workload === 'netperf' && metric === 'rate');
  expect(rr.slice(0, 4).map(({ variant, params }) => `${variant} ${params.size} ${params.topology}`)).toEqual(
    ['tcp 1 loopback', 'smc 1 loopback', 'sockmap 1 loopback', 'tcp 64 loopback'],
  );
  expect(rr.at(-1)?.params.clock).toBe('wall');
});

test('cells that poll come before cells that sleep', () => {
  const summary = quickSummary();
  const [cell] = summary.cells;
  if (cell === undefined) throw new Error('the fixture has cells');
  const cells = (['default', 'poll'] as const).map((idle) => ({ ...cell, params: { ...cell.params, idle } }));
  for (const measured of [cells, cells.toReversed()]) {
    const ordered = inReadingOrder({ ...summary, cells: measured }).cells.map(({ params }) => params.idle);
    expect(ordered).toEqual(['poll', 'default']);
  }
});

test("an experiment's own numbers stand in their order", () => {
  const summary = quickSummary();
  const [cell] = summary.cells;
  if (cell === undefined) throw new Error('the fixture has cells');
  const cells = [16, 256, 2, 1].map((words) => ({ ...cell, params: { ...cell.params, words } }));
  const ordered = inReadingOrder({ ...summary, cells }).cells.map(({ params }) => params['words']);
  expect(ordered).toEqual([1, 2, 16, 256]);
});

test('the baseline is what most ratios are over', () => {
  const { ratios } = quickSummary();
  const other = ratios.slice(0, 3).map((ratio) => ({ ...ratio, denominator: 'smc' }));
  expect(baselineOf({ ratios: [...other, ...ratios] })).toBe('tcp');
  expect(baselineOf({ ratios: [] })).toBeUndefined();
  const kernels = [...ratios, ...ratios].map((ratio) => ({
    ...ratio,
    denominator: 'unpatched',
    params: { ...ratio.params, variant: ratio.numerator },
  }));
  expect(baselineOf({ ratios: [...kernels, ...ratios] })).toBe('tcp');
});
