import { expect, test } from 'vitest';
import { sinceAccepted } from '../../../src/store/accepted.ts';
import type { HistoryEntry, Series } from '../../../src/store/history.ts';
import { point } from '../measure/made.ts';

const [first, second] = ['a'.repeat(40), 'b'.repeat(40)];

const series = (...nights: [commit: string, median: number][]): Series => ({
  name: 'tcp',
  entries: nights.map(
    ([commit, median], night): HistoryEntry => ({
      ...{ at: '2026-01-01T00:00:00.000Z', commit, run: `r${night}`, testbedId: 't' },
      ...{ experiment: 'netperf', variant: 'tcp', params: point(), metric: 'rate' },
      ...{ median, lo: median, hi: median, boots: 2 },
    }),
  ),
});

const accepted = [{ commit: second.slice(0, 12), experiment: 'netperf', where: {}, why: 'it had to be' }];
const mediansSince = (history: Series) =>
  sinceAccepted([history], accepted).flatMap(({ entries }) => entries.map(({ median }) => median));

test('sinceAccepted keeps every night of the accepted commit', () => {
  expect(mediansSince(series([first, 40], [second, 38], [second, 37], [second, 36]))).toEqual([38, 37, 36]);
});

test('sinceAccepted cuts at the last time that the accepted commit came', () => {
  expect(mediansSince(series([second, 40], [first, 39], [second, 38]))).toEqual([38]);
});

test('sinceAccepted keeps a series whole when its commits are not accepted', () => {
  expect(mediansSince(series([first, 40], [first, 39]))).toEqual([40, 39]);
});
