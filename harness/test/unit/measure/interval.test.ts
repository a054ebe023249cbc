import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../../src/measure/bootstrap.ts';
import { estimate, logInterval, relativeHalfWidth, tQuantile } from '../../../src/measure/interval.ts';
import { pairedRatios } from '../../../src/measure/replicates.ts';
import { type Noise, normal, sample, seeded, simulate } from './made.ts';

describe('tQuantile', () => {
  it.each([
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
    [9, 2.262],
    [29, 2.045],
    [120, 1.98],
  ])('agrees with the published table at %i degrees of freedom', (degreesOfFreedom, published) => {
    expect(tQuantile(degreesOfFreedom)).toBeCloseTo(published, 3);
  });
});

describe('logInterval', () => {
  it('is the t interval of the logarithms', () => {
    // Logs 0, 1, 2: mean 1, standard deviation 1, half-width 4.3027 / sqrt 3.
    const { value, lo, hi } = logInterval([1, Math.E, Math.E ** 2]);
    expect(value).toBeCloseTo(Math.E, 10);
    expect(Math.log(hi) - 1).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
    expect(1 - Math.log(lo)).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
  });

  it('covers the truth 94 to 96 times in a hundred where boots dominate the noise', () => {
    for (const [boots, samplesPerBoot] of [
      [3, 3],
      [5, 5],
    ] as const) {
      const noise = { boots, samplesPerBoot, bootSigma: 0.2, ownSigma: 0.05, sampleSigma: 0.02 };
      const { t } = coverage(noise, 6000);
      expect(t).toBeGreaterThan(0.94);
      expect(t).toBeLessThan(0.96);
    }
  });
});

describe('bootstrap', () => {
  it('is too narrow with few boots, which is why it decides nothing', () => {
    const noise = { boots: 5, samplesPerBoot: 1, bootSigma: 0.2, ownSigma: 0.05, sampleSigma: 0.02 };
    expect(coverage(noise, 150).percentile).toBeLessThan(0.92);
  });

  it('agrees with the t interval from thirty boots, and with itself', () => {
    const next = seeded();
    const ratios = Array.from({ length: 30 }, () => Math.exp(0.1 * normal(next)));
    const [byT, byResampling] = [logInterval(ratios), bootstrap(ratios, 1)];
    expect(relativeHalfWidth(byResampling) / relativeHalfWidth(byT)).toBeGreaterThan(0.8);
    expect(relativeHalfWidth(byResampling) / relativeHalfWidth(byT)).toBeLessThan(1.1);
    expect(bootstrap(ratios, 1)).toEqual(byResampling);
  });
});

describe('estimate', () => {
  it('gives virtual boots their range, never a 95 % interval', () => {
    expect(estimate('virtual', [1.76, 1.78])).toMatchObject({ lo: 1.76, hi: 1.78, interval: 'range' });
  });

  it('gives a lone boot, and zeros, a range on the wall clock too', () => {
    expect(estimate('wall', [5])).toEqual({ value: 5, lo: 5, hi: 5, interval: 'range' });
    expect(estimate('wall', [0, 0])).toEqual({ value: 0, lo: 0, hi: 0, interval: 'range' });
    expect(estimate('wall', [5, 6]).interval).toBe('t');
  });
});

describe('pairedRatios', () => {
  it('divides within each boot and leaves out boots that lack a side', () => {
    const over = [sample('smc', 0, 40), sample('smc', 0, 10), sample('smc', 1, 30), sample('smc', 2, 9)];
    const under = [sample('tcp', 0, 10), sample('tcp', 1, 10)];
    expect(pairedRatios(over, under)).toEqual([2, 3].map((x) => expect.closeTo(x, 10)));
  });
});

const coverage = (noise: Noise, rounds: number) => {
  const next = seeded();
  const truth = 1.6;
  const holds = ({ lo, hi }: { lo: number; hi: number }) => lo <= truth && truth <= hi;
  const found = Array.from({ length: rounds }, (_, round) => {
    const ratios = pairedRatios(...simulate(truth, noise, next));
    const resampled = rounds < 1000 && holds(bootstrap(ratios, round));
    return { t: holds(logInterval(ratios)), resampled };
  });
  return {
    t: found.filter(({ t }) => t).length / rounds,
    percentile: found.filter(({ resampled }) => resampled).length / rounds,
  };
};
