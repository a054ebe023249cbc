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
  it('name the last commit before a change for the worse and the first after it', () => {
    const [found, ...more] = suspects([
      series(stepped(25_600, 25_800), 'instructions_per_txn'),
      series(stepped(39_000, 39_000), 'rate'),
    ]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ cell: 'tcp instructions_per_txn' });
    expect([found?.lastBefore.commit, found?.firstAfter.commit]).toEqual(['c19', 'c20']);
    expect(suspects([series(stepped(39_000, 39_500), 'rate')])).toEqual([]);
  });

  it('are found in their first night', () => {
    expect(suspects([series([...Array(20).fill(39_000), 37_000], 'rate')])).toHaveLength(1);
  });

  it('are found when a level sinks so slowly that no night shows it', () => {
    const sinking = Array.from({ length: 60 }, (_, night) => 39_000 * (night < 30 ? 1 : 0.9985));
    expect(suspects([series(sinking, 'rate')], new Map([['tcp rate', 0.001]]))).toHaveLength(1);
    const drifting = Array.from({ length: 100 }, (_, night) => 39_000 - 4 * night);
    expect(suspects([series(drifting, 'rate')]).length).toBeGreaterThan(0);
  });

  it('allow a cell its own noise floor, and the wall clock 3 %', () => {
    const change = stepped(10_100, 10_000);
    expect(suspects([series(change, 'rate')])).toHaveLength(1);
    expect(suspects([series(change, 'rate')], new Map([['tcp rate', 0.01]]))).toEqual([]);
    expect(suspects([series(change, 'rate', wall())])).toEqual([]);
  });

  it('are none in an empty history', () => {
    expect(suspects([])).toEqual([]);
  });
});
