import { describe, expect, it } from 'vitest';
import { suspects } from '../../../src/nightly/suspects.ts';
import type { HistoryEntry, Series } from '../../../src/store/history.ts';
import type { Metric } from '../../../src/workload/metric.ts';
import { point, wall } from '../measure/made.ts';

const series = (values: readonly number[], metric: Metric, params = point()): Series => ({
  name: `tcp ${metric}`,
  entries: values.map(
    (median, night): HistoryEntry => ({
      at: '2026-01-01T00:00:00.000Z',
      commit: `c${night}`,
      run: `r${night}`,
      testbedId: 't',
      experiment: 'netperf',
      variant: 'tcp',
      params,
      metric,
      median,
      lo: median,
      hi: median,
      boots: 2,
    }),
  ),
});

const stepped = (before: number, after: number) => [...Array(20).fill(before), ...Array(20).fill(after)];

describe('suspects', () => {
  it('name the last commit before a change and the first after it, and whether it is for the worse', () => {
    const [found, ...more] = suspects([
      series(stepped(25_600, 25_800), 'instructions_per_txn'),
      series(stepped(39_000, 39_000), 'rate'),
    ]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ cell: 'tcp instructions_per_txn', isWorse: true });
    expect([found?.lastBefore.commit, found?.firstAfter.commit]).toEqual(['c19', 'c20']);
    expect(suspects([series(stepped(39_000, 39_500), 'rate')])[0]?.isWorse).toBe(false);
  });

  it('allow a cell its own noise floor, and the wall clock 3 %', () => {
    const change = stepped(10_000, 10_100);
    expect(suspects([series(change, 'rate')])).toHaveLength(1);
    expect(suspects([series(change, 'rate')], new Map([['tcp rate', 0.01]]))).toEqual([]);
    expect(suspects([series(change, 'rate', wall())])).toEqual([]);
  });

  it('are none in an empty history', () => {
    expect(suspects([])).toEqual([]);
  });
});
