import { describe, expect, it } from 'vitest';
import { decidingRatio, nextBoots } from '../../../src/measure/growth.ts';
import type { PlanRequest } from '../../../src/measure/plan-request.ts';
import { type Measurements, summarise } from '../../../src/measure/summarise.ts';
import { summarySchema } from '../../../src/measure/summary.ts';
import type { Metric } from '../../../src/workload/metric.ts';
import type { Sample } from '../../../src/workload/sample.ts';
import { claim, matrix, point, sample, seeded, simulate, wall } from './made.ts';

const run = (samples: Sample[], changes: Partial<Measurements> = {}) =>
  summarise({
    experiment: { name: 'netperf', matrices: [matrix], baseline: 'tcp', ratios: [] },
    profile: 'quick',
    kernels: ['default'],
    claims: [],
    samples,
    unavailable: [],
    warnings: [],
    ...changes,
  });

const twoBoots = [
  sample('tcp', 0, 38_000),
  sample('smc', 0, 67_000),
  sample('tcp', 1, 38_100),
  sample('smc', 1, 67_700),
];

describe('cells', () => {
  it('describe their samples and the boots behind them', () => {
    const { cells } = run([...twoBoots, sample('tcp', 1, 38_300)]);
    expect(cells.find(({ variant }) => variant === 'tcp')).toMatchObject({
      boots: 2,
      samples: 3,
      unit: '1/s',
      better: 'higher',
      min: 38_000,
      max: 38_300,
      median: 38_100,
      lo: 38_000,
      interval: 'range',
    });
  });

  it('are kept apart by point and metric', () => {
    const other = [
      sample('tcp', 0, 1, point({ size: 64 })),
      sample('tcp', 0, 26_000, point(), 'instructions_per_txn'),
    ];
    expect(run([...twoBoots, ...other]).cells).toHaveLength(4);
  });

  it('are serialised where their block is judged on the wall clock alone', () => {
    const matrices = [{ ...matrix, judgedOn: ['wall'] as const }];
    const summary = run(twoBoots, {
      experiment: { name: 'stream', matrices, baseline: 'tcp', ratios: [] },
      claims: [claim()],
    });
    expect(summary.cells.map(({ basis }) => basis)).toEqual(['serialised', 'serialised']);
    expect(summary.ratios[0]?.basis).toBe('serialised');
    expect(summary.claims[0]?.verdict).toBe('not measured');
  });

  it('give a share no interval beyond the whole, and let everything else pass 1', () => {
    const hiOf = (metric: Metric) =>
      run([0.9, 0.99, 1].map((value, boot) => sample('tcp', boot, value, wall(), metric))).cells[0]?.hi;
    expect(hiOf('success_ratio')).toBe(1);
    expect(hiOf('rate')).toBeGreaterThan(1);
  });

  it('keep the interval of a share that lies below the whole', () => {
    const shares = [0.5, 0.52, 0.54].map((value, boot) =>
      sample('tcp', boot, value, wall(), 'success_ratio'),
    );
    const [cell] = run(shares).cells;
    expect(cell?.hi).toBeGreaterThan(0.54);
    expect(cell?.hi).toBeLessThan(1);
  });

  it('are precise by the first ratio that a claim names', () => {
    expect(run(twoBoots, { claims: [claim()] }).cells.every(({ precise }) => precise)).toBe(true);
    const loose = [...twoBoots, sample('tcp', 2, 38_000), sample('smc', 2, 90_000)];
    expect(run(loose, { claims: [claim()] }).cells.some(({ precise }) => precise)).toBe(false);
    expect(run(twoBoots.slice(0, 2)).cells.some(({ precise }) => precise)).toBe(false);
    const looseFirst = [sample('unix', 0, 50_000), sample('unix', 1, 90_000), ...twoBoots];
    const isPrecise = (changes: Partial<Measurements>) =>
      run(looseFirst, changes).cells.find(({ variant }) => variant === 'tcp')?.precise;
    expect([isPrecise({}), isPrecise({ claims: [claim()] })]).toEqual([false, true]);
  });
});

describe('ratios', () => {
  it('divide every variant by the baseline, paired by boot', () => {
    const { ratios } = run(twoBoots);
    expect(ratios).toHaveLength(1);
    expect(ratios[0]).toMatchObject({
      id: 'smc/tcp:rate:netperf:loopback:1024:virtual:-:default',
      numerator: 'smc',
      denominator: 'tcp',
      lo: 67_000 / 38_000,
      hi: 67_700 / 38_100,
      interval: 'range',
      comparison: 'faster',
    });
  });

  it('add those that the experiment or a claim names', () => {
    const three = [...twoBoots, sample('unix', 0, 70_000), sample('unix', 1, 70_000)];
    const spec = { numerator: 'unix', denominator: 'smc', metric: 'rate' as const };
    const named = run(three, { claims: [claim({ ratio: spec })] });
    const declared = run(three, {
      experiment: { name: 'netperf', matrices: [matrix], baseline: 'tcp', ratios: [spec] },
    });
    for (const { ratios } of [named, declared]) {
      expect(ratios.map(({ numerator, denominator }) => `${numerator}/${denominator}`).sort()).toEqual([
        'smc/tcp',
        'unix/smc',
        'unix/tcp',
      ]);
    }
  });

  it('compare kernels: the other over the first, with the variant in the params', () => {
    const on = (kernel: string, value: number) =>
      [0, 1].flatMap((boot) => [
        sample('tcp', boot, value, point({ kernel })),
        sample('smc', boot, 2 * value, point({ kernel })),
      ]);
    const { ratios } = run([...on('a', 100), ...on('b', 110)], { kernels: ['a', 'b'] });
    const kernels = ratios.filter(({ numerator }) => numerator === 'b');
    expect(kernels.map(({ params }) => params['variant']).sort()).toEqual(['smc', 'tcp']);
    for (const ratio of kernels) {
      expect(ratio).toMatchObject({ denominator: 'a', params: { kernel: 'b' } });
      expect(ratio.value).toBeCloseTo(1.1, 10);
    }
    expect(ratios.filter(({ numerator }) => numerator === 'smc')).toHaveLength(2);
    expect(new Set(ratios.map(({ id }) => id)).size).toBe(ratios.length);
  });

  it('compare a twin with its original, whatever the baseline', () => {
    const twins = [...twoBoots, sample('smc.again', 0, 67_000), sample('smc.again', 1, 67_600)];
    const found = run(twins).ratios.find(
      ({ numerator, denominator }) => numerator === 'smc.again' && denominator === 'smc',
    );
    expect(found?.comparison).toBe('equivalent');
  });

  it('leave out quotients of zeros', () => {
    const zeros = twoBoots.map((one) => ({ ...one, metric: 'lost_updates' as const, value: 0 }));
    expect(run(zeros).ratios).toEqual([]);
  });

  it('have no comparison in a smoke run', () => {
    expect(run(twoBoots.slice(0, 2), { profile: 'smoke' }).ratios[0]).not.toHaveProperty('comparison');
  });

  it('carry a t interval on the wall clock, and the bootstrap beside it from ten boots', () => {
    const noise = { samplesPerBoot: 2, bootSigma: 0.1, ownSigma: 0.02, sampleSigma: 0.01 };
    const few = run(simulate(1.6, { ...noise, boots: 9 }, seeded()).flat()).ratios[0];
    expect(few).toMatchObject({ interval: 't', boots: 9 });
    expect(few).not.toHaveProperty('bootstrap');
    const many = run(simulate(1.6, { ...noise, boots: 10 }, seeded()).flat()).ratios[0];
    expect(many?.bootstrap?.lo).toBeLessThan(many?.value ?? 0);
    expect(many?.bootstrap?.hi).toBeGreaterThan(many?.value ?? 0);
  });
});

describe('proofs', () => {
  it('are one line a cell, and a failed one is not hidden by those that held', () => {
    const failed = { name: 'bytes', ok: false, expected: '> 0', observed: '0' };
    const { proofs } = run([{ ...(twoBoots[0] as Sample), proof: failed }, ...twoBoots.slice(1)]);
    expect(proofs).toHaveLength(2);
    expect(proofs.find(({ variant }) => variant === 'tcp')).toMatchObject(failed);
    expect(proofs.find(({ variant }) => variant === 'smc')?.ok).toBe(true);
  });
});

describe('a summary', () => {
  it('validates against its schema, repeats itself, and warns of outliers', () => {
    const noise = { boots: 5, samplesPerBoot: 5, bootSigma: 0.001, ownSigma: 0.001, sampleSigma: 0.01 };
    const samples = simulate(1.6, noise, seeded()).flat();
    const far = { ...(samples[0] as Sample), value: 1 };
    const summary = run([...samples.slice(1), far], { claims: [claim()], warnings: ['noise'] });
    expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
    expect(summary.warnings[0]).toBe('noise');
    expect(summary.warnings.find((line) => line.startsWith('smc rate'))).toMatch(/of 25 samples/);
    expect(run([...samples.slice(1), far], { claims: [claim()], warnings: ['noise'] })).toEqual(summary);
  });
});

describe('growth', () => {
  const request: PlanRequest = {
    matrices: [matrix],
    profile: 'paper',
    only: [],
    kernels: ['default'],
    seed: 1,
  };
  const ratiosOf = (ownSigma: number) => {
    const noise = { boots: 5, samplesPerBoot: 5, bootSigma: 0.1, ownSigma, sampleSigma: 0.001 };
    return run(simulate(1.6, noise, seeded()).flat()).ratios;
  };

  it('adds one boot of every wall environment until the ratio that a claim names is precise', () => {
    expect(
      nextBoots(request, ratiosOf(0.1), [claim()], 5)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['wall-default-5', 'wall-poll-5']);
    expect(nextBoots(request, ratiosOf(0.001), [claim()], 5)).toEqual([]);
    expect(nextBoots(request, ratiosOf(0.1), [claim()], 30)).toEqual([]);
  });

  it('looks at the first ratio that a claim names, before any other', () => {
    const samples = [0, 1].flatMap((boot) => [
      sample('tcp', boot, 10, wall()),
      sample('unix', boot, 30, wall()),
      sample('smc', boot, 20, wall()),
    ]);
    const { ratios } = run(samples);
    expect(decidingRatio(ratios, [])?.numerator).toBe('unix');
    expect(decidingRatio(ratios, [claim()])?.numerator).toBe('smc');
  });
});
