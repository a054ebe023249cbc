import { expect, test } from 'vitest';
import { floorsOf } from '../../../src/nightly/floors.ts';
import type { HistoryEntry, Series } from '../../../src/store/history.ts';
import { point } from '../measure/made.ts';

const series = (variant: string, values: readonly number[]): Series => ({
  name: variant,
  entries: values.map(
    (median, night): HistoryEntry => ({
      at: '2026-01-01T00:00:00.000Z',
      commit: `c${night}`,
      run: `r${night}`,
      testbedId: 't',
      experiment: 'netperf',
      ...{ variant, params: point(), metric: 'rate', median, lo: median, hi: median, boots: 2 },
    }),
  ),
});

test('floorsOf takes the differences between a variant and its copy of the same night', () => {
  const floors = floorsOf([series('tcp', [100, 200, 100]), series('tcp.again', [101, 202, 101])]);
  expect(floors.get('tcp')).toBeCloseTo(0.01);
});

test('floorsOf gives a variant without a copy the noise of the others at its point', () => {
  const floors = floorsOf([series('tcp', [100]), series('tcp.again', [101]), series('smc', [50])]);
  expect(floors.get('smc')).toBeCloseTo(0.01);
});

test('floorsOf gives a history without copies the least floor', () => {
  expect(floorsOf([series('tcp', [100])]).get('tcp')).toBe(0.002);
});
