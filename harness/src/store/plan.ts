import { z } from 'zod';
import { clocks } from '../host/clock.ts';
import { profiles } from '../measure/summary.ts';
import { shardSchema } from './manifest.ts';

/** `experiment NAME -- --dry-run --json`: what a run, or a shard of it, would measure. */
export const planSchema = z.strictObject({
  experiment: z.string(),
  profile: z.enum(profiles),
  seed: z.number().int(),
  zerohop: z.strictObject({ commit: z.string(), dirty: z.boolean() }),
  kernels: z.array(z.strictObject({ name: z.string(), bundle: z.string() })),
  /** Equal for all parts of one plan: matrices, request, commit, bundles. */
  plan: z.string(),
  shard: shardSchema.pick({ index: true, of: true }).optional(),
  boots: z.array(
    z.strictObject({
      name: z.string(),
      clock: z.enum(clocks),
      kernel: z.string(),
      seed: z.number().int(),
      steps: z.number().int(),
      /** Estimated: the share of its steps in what the experiment declares for the whole profile. */
      minutes: z.number(),
    }),
  ),
  minutes: z.number(),
});
export type Plan = z.infer<typeof planSchema>;
