import { expect, test } from 'vitest';
import { linearScale, logScale, position, spread } from '../../../src/report/figure/scale.ts';

test('a log scale covers its values and has a handful of ticks inside', () => {
  for (const values of [
    [540, 1.4e6],
    [34_000, 70_000],
    [1.7, 1.85],
    [1, 10],
  ]) {
    const { type, domain, ticks } = logScale(values);
    expect(type).toBe('log');
    expect(domain[0]).toBeLessThan(Math.min(...values));
    expect(domain[1]).toBeGreaterThan(Math.max(...values));
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(10);
    for (const tick of ticks) expect(position({ type, domain, ticks }, tick)).toBeGreaterThanOrEqual(0);
  }
});

test('a lone value still gets an axis', () => {
  const { domain } = logScale([42]);
  expect(domain[0]).toBeLessThan(42);
  expect(domain[1]).toBeGreaterThan(42);
});

test('a value of zero makes the axis linear, from zero', () => {
  expect(logScale([0, 5])).toMatchObject({ type: 'linear', domain: [0, expect.any(Number)] });
  expect(linearScale([0, 100]).ticks).toEqual([0, 50, 100]);
});

test('position runs from 0 to 1', () => {
  const scale = { type: 'log', domain: [1, 100], ticks: [] } as const;
  expect(position({ ...scale, domain: [1, 100], ticks: [] }, 10)).toBeCloseTo(0.5);
});

test('labels that do not touch stay where they are', () => {
  expect(spread([80, 10, 40], 13, 100)).toEqual([80, 10, 40]);
});

test('labels that touch move apart, keep their order and stay inside', () => {
  const placed = spread([50, 51, 52, 99], 13, 100);
  const sorted = placed.toSorted((a, b) => a - b);
  expect(placed).toEqual(sorted);
  for (const [at, level] of sorted.entries()) {
    expect(level).toBeLessThanOrEqual(100);
    if (at > 0) expect(level - (sorted[at - 1] ?? 0)).toBeGreaterThanOrEqual(13 - 1e-9);
  }
  expect(placed[1]).toBeCloseTo(51);
});
