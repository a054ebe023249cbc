import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, changePoints } from '../../../src/measure/change-points.ts';
import { noiseFloor } from '../../../src/measure/noise-floor.ts';
import { random } from '../../../src/measure/random.ts';
import { normal } from './made.ts';

const noisy = (levels: readonly number[], sigma: number, seed = 1) => {
  const next = random(seed);
  return levels.map((level) => level * (1 + sigma * normal(next)));
};

const levels = (before: number, after: number, at: number, length: number) =>
  Array.from({ length }, (_, place) => (place < at ? before : after));

const search = (values: readonly number[], least = 0.03) =>
  (changePoints([{ name: 'cell', values, leastChange: least }]).get('cell') ?? [])[0];

describe('a change of level', () => {
  it('is found where it happened', () => {
    const found = search(noisy(levels(100, 110, 25, 45), 0.01));
    expect(found?.index).toBe(25);
    expect(found?.change).toBeCloseTo(0.1, 1);
  });

  it('is found however long ago it was, and each of several by itself', () => {
    const values = noisy([...levels(100, 90, 20, 120), ...levels(85, 94, 40, 100)], 0.01);
    const found = changePoints([{ name: 'cell', values, leastChange: 0.03 }]).get('cell');
    expect(found?.map(({ index }) => index)).toEqual([20, 120, 160]);
    expect(found?.map(({ after }) => Math.round(after))).toEqual([90, 85, 94]);
  });

  it('that is smaller than what matters is left alone', () => {
    expect(search(noisy(levels(100, 102, 25, 50), 0.001))).toBeUndefined();
    expect(search(noisy(levels(100, 102, 25, 50), 0.001), noiseFloor('virtual'))).toBeDefined();
  });

  it('that has only just begun is not yet one', () => {
    expect(search(noisy(levels(100, 120, 48, 50), 0.01))).toBeUndefined();
  });

  it('is looked for as soon as both levels have lasted five points', () => {
    expect(search(levels(100, 200, 5, 10))?.index).toBe(5);
    expect(search(levels(100, 200, 5, 9))).toBeUndefined();
  });
});

describe('series without variance', () => {
  it('change when their level does', () => {
    expect(search(levels(25_600, 25_700, 20, 40), noiseFloor('virtual'))).toMatchObject({
      index: 20,
      p: 0,
    });
  });

  it('do not change by standing still', () => {
    expect(search(levels(25_600, 25_600, 20, 40), 0)).toBeUndefined();
  });

  it('are not changed by one odd night', () => {
    const odd = levels(100, 100, 0, 40).map((level, place) => (place === 30 ? 150 : level));
    expect(search(odd)).toBeUndefined();
  });
});

describe('noise', () => {
  it('is hardly ever taken for a change', () => {
    const alarms = Array.from({ length: 200 }, (_, seed) =>
      search(noisy(levels(100, 100, 0, 50), 0.05, seed), 0),
    ).filter((found) => found !== undefined);
    expect(alarms.length).toBeLessThanOrEqual(1);
  });

  it('in many cells does not hide the one that changed', () => {
    const steady = Array.from({ length: 60 }, (_, seed) => ({
      name: `steady ${seed}`,
      values: noisy(levels(100, 100, 0, 50), 0.05, seed),
      leastChange: 0.03,
    }));
    const moved = { name: 'moved', values: noisy(levels(100, 112, 30, 50), 0.03, 99), leastChange: 0.03 };
    expect([...changePoints([...steady, moved]).keys()]).toEqual(['moved']);
  });
});

describe('benjaminiHochberg', () => {
  it('agrees with the example of the 1995 paper', () => {
    const ps = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    expect(benjaminiHochberg(ps, 0.05).filter(Boolean)).toHaveLength(4);
    expect(benjaminiHochberg([], 0.05)).toEqual([]);
  });
});
