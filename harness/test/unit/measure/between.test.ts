import { describe, expect, it } from 'vitest';
import { betweenRuns, isRegression, unpairedRatio, worstFirst } from '../../../src/measure/between.ts';
import { random } from '../../../src/measure/random.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import type { Profile } from '../../../src/measure/summary.ts';
import type { Metric } from '../../../src/workload/metric.ts';
import type { Params } from '../../../src/workload/sample.ts';
import { matrix, normal, point, sample, wall } from './made.ts';

const run = (
  values: number[],
  params: Params = point(),
  profile: Profile = 'quick',
  metric: Metric = 'rate',
) => {
  const samples = values.map((value, boot) => sample('tcp', boot, value, params, metric));
  const experiment = { name: 'netperf', matrices: [matrix], baseline: 'tcp' as const, ratios: [] };
  const rest = { profile, kernels: ['default'], claims: [], unavailable: [], warnings: [] };
  return { samples, summary: summarise({ experiment, samples, ...rest }) };
};

describe('unpairedRatio', () => {
  it('is the widest quotient of two ranges', () => {
    expect(unpairedRatio([110, 112], [100, 101], 'range')).toMatchObject({
      lo: expect.closeTo(110 / 101, 10),
      hi: expect.closeTo(1.12, 10),
      interval: 'range',
    });
  });

  it("is Welch's interval of the logs, agreeing with a published table's t at equal spreads", () => {
    // Logs 0, 1, 2 against 3, 4, 5: gap -3, standard error sqrt(2/3), 4 degrees of freedom.
    const found = unpairedRatio([0, 1, 2].map(Math.exp), [3, 4, 5].map(Math.exp), 't');
    expect(Math.log(found?.value ?? 0)).toBeCloseTo(-3, 10);
    expect(Math.log(found?.hi ?? 0)).toBeCloseTo(-3 + 2.776445 * Math.sqrt(2 / 3), 5);
  });

  it('covers the truth 94 to 96.5 times in a hundred', () => {
    const next = random(3);
    const boots = (level: number) => Array.from({ length: 5 }, () => level * Math.exp(0.1 * normal(next)));
    const rounds = 4000;
    const held = Array.from({ length: rounds }, () => unpairedRatio(boots(120), boots(100), 't')).filter(
      (found) => found !== null && found.lo <= 1.2 && 1.2 <= found.hi,
    );
    expect(held.length / rounds).toBeGreaterThan(0.94);
    expect(held.length / rounds).toBeLessThan(0.965);
  });

  it('is none where a zero is in it', () => {
    expect(unpairedRatio([0], [1], 'range')).toBeNull();
  });
});

describe('betweenRuns', () => {
  it('compares each cell of both', () => {
    const [found] = betweenRuns(run([100, 101]), run([90, 91]));
    expect(found?.comparison).toBe('slower');
    expect(found !== undefined && isRegression(found)).toBe(true);
    expect(betweenRuns(run([100, 101]), run([90, 91], point({ size: 1 })))).toEqual([]);
  });

  it('gates on no wall clock', () => {
    const [found] = betweenRuns(run([100, 101, 100], wall()), run([50, 51, 50], wall()));
    expect(found?.comparison).toBe('slower');
    expect(found !== undefined && isRegression(found)).toBe(false);
  });

  it('decides nothing from smoke runs', () => {
    expect(betweenRuns(run([100], point(), 'smoke'), run([50], point(), 'smoke'))[0]?.comparison).toBeNull();
  });

  it('calls a first lost update worse than none', () => {
    const lost = (count: number) => run([count], point(), 'quick', 'lost_updates');
    expect(betweenRuns(lost(0), lost(1))[0]).toMatchObject({ ratio: null, comparison: 'slower' });
    expect(betweenRuns(lost(0), lost(0))[0]?.comparison).toBe('equivalent');
  });
});

describe('worstFirst', () => {
  it('begins with the greatest loss, whichever direction is better, and leaves out what is equal', () => {
    const [gain, loss, equal] = [120, 90, 100].map((after) =>
      betweenRuns(run([100, 100]), run([after, after])),
    );
    const cost = (value: number) => run([value, value], point(), 'quick', 'instructions_per_txn');
    const dearer = betweenRuns(cost(100), cost(150));
    const found = worstFirst([gain, loss, equal, dearer].flatMap((cells) => cells ?? []));
    expect(found.map(({ after }) => after.median)).toEqual([150, 90, 120]);
  });
});
