import { describe, expect, it, test } from 'vitest';
import { atDistances } from '../../../src/nightly/backfill.ts';
import { nightOf } from '../../../src/nightly/night.ts';
import { orderParts } from '../../../src/nightly/order.ts';
import type { Part } from '../../../src/nightly/parts.ts';
import { runNight } from '../../../src/nightly/run-night.ts';
import { appendPartTime, readPartTimes } from '../../../src/store/part-times.ts';
import { scratch } from '../store/made.ts';

const part = (name: string, minutes: number): Part => ({
  ...{ part: name, about: name, minutes, alone: false },
  run: async () => ({ findings: [], figures: {} }),
});
const three = [part('a', 30), part('b', 90), part('c', 20)];

const ran = (name: string, minutes: number | null) => ({
  ...{ at: '2026-01-01T00:00:00.000Z', commit: 'abc', part: name, minutes },
  findings: minutes === null ? null : 0,
});

const names = (outcomes: Awaited<ReturnType<typeof runNight>>, isLeftOut: boolean) =>
  outcomes.flatMap(({ part: { part: name }, result }) => ((result === null) === isLeftOut ? [name] : []));

describe('a night with a budget', () => {
  /** A clock that a part moves by what it declares. */
  async function played(budgetMinutes: number, results: string) {
    let nowMs = 0;
    const night = nightOf(new Date('2026-01-31'), { budgetMinutes }, () => nowMs);
    return runNight(
      three,
      night,
      (one) => {
        nowMs += one.minutes * 60_000;
        return one.run({} as never, night);
      },
      results,
    );
  }

  it('runs what has room, by value, and says what has none', async () => {
    const outcomes = await played(60, await scratch());
    expect(names(outcomes, false)).toEqual(['a', 'c']);
    expect(names(outcomes, true)).toEqual(['b']);
  });

  it('begins with what found no room in the night before', async () => {
    const results = await scratch();
    await played(60, results);
    const second = await played(100, results);
    expect(names(second, false)[0]).toBe('b');
  });

  it('records the time of each part, and of one that failed', async () => {
    const results = await scratch();
    const night = nightOf(new Date());
    const broken = () => Promise.reject(new Error('broken'));
    await expect(runNight([part('a', 1)], night, broken, results)).rejects.toThrow('broken');
    await runNight([part('b', 1)], night, (one) => one.run({} as never, night), results);
    expect(await readPartTimes(results)).toMatchObject([
      { part: 'a', findings: null, minutes: expect.any(Number) },
      { part: 'b', findings: 0, minutes: expect.any(Number) },
    ]);
  });
});

test('a part is expected to take the median of its last times, or what it declares', () => {
  const times = [ran('a', 40), ran('a', 44), ran('a', 300), ran('b', null)];
  expect(orderParts(three, times).map(({ part: { part: name }, minutes }) => `${name} ${minutes}`)).toEqual([
    'b 90',
    'a 44',
    'c 20',
  ]);
});

test('a part that had no room, and then ran, has no precedence', async () => {
  const results = await scratch();
  for (const time of [ran('c', null), ran('c', 20)]) await appendPartTime(time, results);
  const [first] = orderParts(three, await readPartTimes(results));
  expect(first?.part.part).toBe('a');
});

test('seeds are drawn from the date, unless one is given', () => {
  expect(nightOf(new Date('2026-01-31T23:00:00Z')).seed).toBe(20260131);
  expect(nightOf(new Date('2026-01-31'), { seed: 2 }).seed).toBe(2);
  expect(nightOf(new Date()).minutesLeft()).toBe(Number.POSITIVE_INFINITY);
});

test('atDistances takes the first, the last, and others at equal distances', () => {
  expect(atDistances([1, 2, 3, 4, 5], 3)).toEqual([1, 3, 5]);
  expect(atDistances([1, 2, 3], 2)).toEqual([1, 3]);
  expect(atDistances([1, 2, 3], 9)).toEqual([1, 2, 3]);
  expect(atDistances([1, 2, 3], 1)).toEqual([1]);
});
