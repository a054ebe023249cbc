import { describe, expect, it } from 'vitest';
import { deriveSeed, random, shuffled, splitMix64 } from '../../../src/measure/random.ts';

describe('splitMix64', () => {
  it('gives the published sequence of seed 1234567', () => {
    const next = splitMix64(1234567n);
    expect([next(), next(), next(), next(), next()]).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });
});

describe('random', () => {
  it('is uniform in [0, 1)', () => {
    const next = random(1);
    const draws = Array.from({ length: 20_000 }, next);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    const mean = draws.reduce((sum, x) => sum + x) / draws.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
  });
});

describe('deriveSeed', () => {
  it('differs by name and by seed, repeats itself, and fits 31 bits', () => {
    const seeds = ['a', 'b', 'c'].flatMap((name) => [1, 2, 3].map((seed) => deriveSeed(seed, name)));
    expect(new Set(seeds).size).toBe(9);
    expect(deriveSeed(7, 'x')).toBe(deriveSeed(7, 'x'));
    for (const seed of seeds) {
      expect(seed).toBeGreaterThanOrEqual(0);
      expect(seed).toBeLessThan(2 ** 31);
    }
  });
});

describe('shuffled', () => {
  it('keeps every item, leaves its input alone, and depends on the seed alone', () => {
    const items = Object.freeze([1, 2, 3, 4, 5, 6, 7, 8]);
    const first = shuffled(items, random(5));
    expect([...first].sort()).toEqual(items);
    expect(shuffled(items, random(5))).toEqual(first);
    expect(shuffled(items, random(6))).not.toEqual(first);
  });

  it('puts every item everywhere equally often', () => {
    const next = random(11);
    const firsts = Array.from({ length: 6000 }, () => shuffled([0, 1, 2], next)[0]);
    for (const item of [0, 1, 2]) {
      const count = firsts.filter((first) => first === item).length;
      expect(Math.abs(count - 2000)).toBeLessThan(150);
    }
  });
});
