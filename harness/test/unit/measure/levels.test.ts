import { expect, test } from 'vitest';
import { openChanges } from '../../../src/measure/levels.ts';
import { noiseFloor } from '../../../src/measure/noise-floor.ts';
import { random } from '../../../src/measure/random.ts';
import { normal } from './made.ts';

const nights = (...levels: [value: number, count: number][]) =>
  levels.flatMap(([value, count]) => Array<number>(count).fill(value));

test('openChanges reports a loss of 5 % in its first night, however young the history is', () => {
  for (const before of [1, 3, 100]) {
    const [found, ...more] = openChanges(nights([100, before], [95, 1]), 0.002, 'higher');
    expect(more).toEqual([]);
    expect(found).toMatchObject({ index: before, before: 100, after: 95 });
    expect(found?.change).toBeCloseTo(-0.05);
  }
});

test('openChanges takes more instructions for a loss, and fewer for none', () => {
  expect(openChanges([100, 105], 0.002, 'lower')).toHaveLength(1);
  expect(openChanges([100, 95], 0.002, 'lower')).toEqual([]);
});

test('openChanges reports a loss after a gain that nobody accepted', () => {
  expect(openChanges([100, 120, 114], 0.002, 'higher')).toMatchObject([{ index: 2, before: 120 }]);
  expect(openChanges(nights([100, 20], [120, 20], [114, 40]), 0.002, 'higher')).toMatchObject([
    { index: 40 },
  ]);
});

test('openChanges reports two losses as two, and the fix of the second alone ends the second alone', () => {
  const losses = nights([100, 10], [95, 10], [90, 10]);
  expect(openChanges(losses, 0.002, 'higher').map(({ index }) => index)).toEqual([10, 20]);
  expect(openChanges([...losses, 95], 0.002, 'higher').map(({ index }) => index)).toEqual([10]);
  expect(openChanges([...losses, 100], 0.002, 'higher')).toEqual([]);
});

test('openChanges reports a loss on each of 200 nights without a fix', () => {
  for (let count = 1; count <= 200; count++)
    expect(openChanges(nights([100, 30], [95, count]), 0.002, 'higher')).toMatchObject([{ index: 30 }]);
});

test('openChanges forgets one odd night, and keeps the level from before it', () => {
  const odd = nights([100, 20], [95, 1], [100.1, 1], [100, 5]);
  expect(openChanges(odd, 0.002, 'higher')).toEqual([]);
  expect(openChanges([...odd, 99.85], 0.002, 'higher')).toEqual([]);
});

test('openChanges is empty for an empty history', () => {
  expect(openChanges([], 0.002, 'higher')).toEqual([]);
});

test('noiseFloor is the outer fence of the last thirty nights, and never below what matters', () => {
  expect(noiseFloor('virtual')).toBe(0.002);
  expect(noiseFloor('wall')).toBe(0.03);
  expect(noiseFloor('virtual', Array(30).fill(0.0001))).toBe(0.002);
  const spread = Array.from({ length: 30 }, (_, night) => (night % 2 === 0 ? 0.01 : -0.02));
  expect(noiseFloor('virtual', spread)).toBeCloseTo(0.02 + 3 * 0.01);
  expect(noiseFloor('virtual', [...Array(100).fill(1), ...spread])).toBeCloseTo(0.05);
});

test('noise as measured is hardly ever confirmed as a change: 200 histories of 60 nights and 134 cells', () => {
  const next = random(2026);
  let suspected = 0;
  let confirmed = 0;
  for (let history = 0; history < 200; history++) {
    for (let cell = 0; cell < 134; cell++) {
      const sigma = 0.0003 + 0.0027 * next();
      const figure = () => 100 * (1 + sigma * normal(next));
      const delta = () => figure() / figure() - 1;
      const floor = noiseFloor('virtual', Array.from({ length: 30 }, delta));
      const values = Array.from({ length: 60 }, figure);
      const open = openChanges(values, floor, 'higher');
      suspected += open.length;
      // The proof: good and suspect kernel in one run, two fresh seeds, both beyond the floor in the same direction.
      for (const _ of open) if (delta() < -floor && delta() < -floor) confirmed += 1;
    }
  }
  expect(confirmed).toBeLessThanOrEqual(2);
  expect(suspected).toBeLessThan(200 * 134 * 0.05);
});
