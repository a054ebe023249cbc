import { z } from 'zod';
import { clocks } from '../host/clock.ts';

/** The closed list of what a workload may measure, with its unit and the direction that is good. */
export const metrics = {
  rate: { unit: '1/s', better: 'higher' },
  instructions_per_txn: { unit: 'instructions', better: 'lower' },
  mbit_per_s: { unit: 'Mbit/s', better: 'higher' },
  latency_us_p50: { unit: 'us', better: 'lower' },
  latency_us_p99: { unit: 'us', better: 'lower' },
  cpu_us_per_txn: { unit: 'us', better: 'lower' },
  bypass_ratio: { unit: 'ratio', better: 'higher' },
  copies_per_byte: { unit: 'copies', better: 'lower' },
  lost_updates: { unit: 'updates', better: 'lower' },
  success_ratio: { unit: 'ratio', better: 'higher' },
  retries: { unit: '1/op', better: 'lower' },
  fairness: { unit: 'index', better: 'higher' },
  value: { unit: '', better: 'higher' },
} as const;

export type Metric = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as [Metric, ...Metric[]];

/** The factors that every sample carries; an experiment adds its own beside them. */
export const paramsSchema = z
  .object({
    workload: z.string(),
    topology: z.string(),
    size: z.number().int().nonnegative(),
    clock: z.enum(clocks),
    idle: z.enum(['default', 'poll']).nullable(),
    kernel: z.string(),
  })
  .catchall(z.union([z.string(), z.number(), z.null()]));
export type Params = z.infer<typeof paramsSchema>;

/** Evidence that the mechanism under test carried the bytes; without it a sample is none. */
export const proofSchema = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  expected: z.string(),
  observed: z.string(),
});
export type Proof = z.infer<typeof proofSchema>;

/** One line of samples.jsonl. */
export const sampleSchema = z.strictObject({
  boot: z.number().int().nonnegative(),
  order: z.number().int().nonnegative(),
  variant: z.string(),
  params: paramsSchema,
  metric: z.enum(metricNames),
  value: z.number(),
  unit: z.string(),
  proof: proofSchema,
});
export type Sample = z.infer<typeof sampleSchema>;
