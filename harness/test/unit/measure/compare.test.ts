import { describe, expect, it } from 'vitest';
import { comparisonOf } from '../../../src/measure/compare.ts';
import { logInterval } from '../../../src/measure/interval.ts';
import { outliers } from '../../../src/measure/outliers.ts';
import { pairedRatios } from '../../../src/measure/replicates.ts';
import { type Noise, seeded, simulate } from './made.ts';

describe('compare', () => {
  it.each([
    [1.031, 1.2, 'faster'],
    [0.8, 0.97, 'slower'],
    [0.98, 1.02, 'equivalent'],
    [1, 1, 'equivalent'],
    [1.01, 1.05, 'inconclusive'],
    [0.9, 1.1, 'inconclusive'],
  ] as const)('calls [%d, %d] %s', (lo, hi, verdict) => {
    expect(comparisonOf({ lo, hi }, 'higher')).toBe(verdict);
  });

  it('is inverted when lower is better', () => {
    expect(comparisonOf({ lo: 0.5, hi: 0.6 }, 'lower')).toBe('faster');
    expect(comparisonOf({ lo: 1.5, hi: 1.6 }, 'lower')).toBe('slower');
  });

  it('gives the same result for a ratio and its inverse', () => {
    expect(comparisonOf({ lo: 1 / 1.03, hi: 1.03 }, 'higher')).toBe('equivalent');
  });
});

describe('the whole chain on simulated boots', () => {
  const quiet: Noise = {
    boots: 5,
    samplesPerBoot: 5,
    bootSigma: 0.2,
    ownSigma: 0.004,
    sampleSigma: 0.01,
  };
  const verdicts = (ratio: number, noise: Noise, rounds: number) => {
    const next = seeded();
    return Array.from({ length: rounds }, () =>
      comparisonOf(logInterval(pairedRatios(...simulate(ratio, noise, next))), 'higher'),
    );
  };
  const share = (of: string, among: readonly string[]) => among.filter((x) => x === of).length / among.length;

  it('A/A: finds a variant equivalent to itself, and hardly ever faster or slower', () => {
    const found = verdicts(1, quiet, 1000);
    expect(share('equivalent', found)).toBeGreaterThan(0.95);
    const noisy = verdicts(1, { ...quiet, ownSigma: 0.05 }, 2000);
    expect(share('faster', noisy) + share('slower', noisy)).toBeLessThan(0.05);
  });

  it('positive control: finds a slowdown of 5 %', () => {
    expect(share('slower', verdicts(1 / 1.05, quiet, 1000))).toBeGreaterThan(0.9);
  });

  it('reports no difference when the noise hides it', () => {
    const found = verdicts(1 / 1.05, { ...quiet, boots: 3, ownSigma: 0.05 }, 500);
    expect(share('inconclusive', found)).toBeGreaterThan(0.8);
  });
});

describe('outliers', () => {
  const steady = [10, 11, 10, 12, 11, 10, 11, 12, 10];

  it('labels samples beyond the fences', () => {
    expect(outliers([...steady, 40])).toEqual([40]);
    expect(outliers([...steady, 12])).toEqual([]);
  });

  it('has its fences at one and a half times the distance of the quartiles', () => {
    const spread = [0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8];
    const [q1, q3] = [0, 8];
    const reach = 1.5 * (q3 - q1);
    expect(outliers([...spread, q3 + reach])).toEqual([]);
    expect(outliers([...spread, q3 + reach + 0.1])).toEqual([q3 + reach + 0.1]);
    expect(outliers([...spread, q1 - reach])).toEqual([]);
    expect(outliers([...spread, q1 - reach - 0.1])).toEqual([q1 - reach - 0.1]);
  });

  it('has no fences below ten samples', () => {
    expect(outliers([...steady.slice(1), 40])).toEqual([]);
  });
});
