import type { Matrix } from '../../../src/experiment/experiment.ts';
import type { PublishedClaim } from '../../../src/measure/published.ts';
import { type Random, random } from '../../../src/measure/random.ts';
import { type Metric, metrics } from '../../../src/workload/metric.ts';
import { type Params, paramsSchema, type Sample } from '../../../src/workload/sample.ts';

type Changes = Readonly<Record<string, string | number | null>>;

export const point = (changes: Changes = {}): Params => {
  const usual = { workload: 'netperf', topology: 'loopback', size: 1024, clock: 'virtual', idle: null };
  return paramsSchema.parse({ ...usual, kernel: 'default', ...changes });
};

export const wall = (changes: Changes = {}): Params => point({ clock: 'wall', idle: 'poll', ...changes });

export const sample = (
  variant: string,
  boot: number,
  value: number,
  params: Params = point(),
  metric: Metric = 'rate',
): Sample => ({
  boot,
  order: 0,
  variant,
  params,
  metric,
  value,
  unit: metrics[metric].unit,
  proof: { name: 'bytes', ok: true, expected: '> 0', observed: '1' },
});

export const matrix: Matrix = {
  workload: 'netperf',
  variants: ['tcp', 'smc'],
  topology: ['loopback'],
  size: [1, 64, 1024],
  clock: ['virtual', 'wall'],
  idle: ['poll', 'default'],
  headlineSizes: [1024],
  from: 'smoke',
};

export const claim = (changes: Partial<PublishedClaim> = {}): PublishedClaim => ({
  id: 'smc',
  experiment: 'netperf',
  statement: 'smc is 1.6 times tcp',
  kind: 'at-least',
  clock: 'virtual',
  published: 1.6,
  source: 'published',
  ratio: { numerator: 'smc', denominator: 'tcp', metric: 'rate' },
  where: { size: 1024 },
  ...changes,
});

/** A standard normal draw (Box and Muller). */
export const normal = (next: Random): number =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

export interface Noise {
  boots: number;
  samplesPerBoot: number;
  /** Deviations on the log scale: of a boot for both variants, of a boot for each variant, and of single samples. */
  bootSigma: number;
  ownSigma: number;
  sampleSigma: number;
}

/** Two variants measured in the same boots, the first `ratio` times the second, under noise that boots dominate. */
export const simulate = (ratio: number, noise: Noise, next: Random): [Sample[], Sample[]] => {
  const over: Sample[] = [];
  const under: Sample[] = [];
  for (let boot = 0; boot < noise.boots; boot += 1) {
    const shared = noise.bootSigma * normal(next);
    for (const [samples, variant, level] of [
      [over, 'smc', Math.log(20_000 * ratio)],
      [under, 'tcp', Math.log(20_000)],
    ] as const) {
      const own = noise.ownSigma * normal(next);
      for (let round = 0; round < noise.samplesPerBoot; round += 1) {
        const log = level + shared + own + noise.sampleSigma * normal(next);
        samples.push(sample(variant, boot, Math.exp(log), wall()));
      }
    }
  }
  return [over, under];
};

export const seeded = (): Random => random(20260101);
