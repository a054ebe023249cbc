import { z } from 'zod';
import { clocks } from '../host/clock.ts';
import { metricNames } from './metric.ts';

/** The factors of every sample; an experiment may add its own. */
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

/** Evidence that the mechanism under test carried the bytes. A sample without it does not count. */
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
