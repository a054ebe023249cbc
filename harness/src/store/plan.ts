import { z } from 'zod';
import { clocks } from '../host/clock.ts';
import { profiles } from '../measure/summary.ts';
import { shardSchema } from './manifest.ts';

/** `experiment NAME -- --dry-run --json`: what a run, or a shard of it, would measure. */
export const planSchema = z.strictObject({
  experiment: z.string().describe('The experiment'),
  profile: z.enum(profiles).describe('How much is measured'),
  seed: z.number().int().describe('The seed of the plan'),
  zerohop: z
    .strictObject({
      commit: z.string().describe('Its commit'),
      dirty: z.boolean().describe('Whether the tree has uncommitted changes'),
    })
    .describe('This checkout'),
  kernels: z
    .array(
      z.strictObject({
        name: z.string().describe('The value of the factor kernel'),
        bundle: z.string().describe('The id of the kernel bundle'),
      }),
    )
    .describe('The kernels, the reference first'),
  plan: z.string().describe('Equal for all parts of one plan: matrices, request, commit, bundles'),
  shard: shardSchema.pick({ index: true, of: true }).optional().describe('The part of the plan'),
  boots: z
    .array(
      z.strictObject({
        name: z.string().describe('The name of the boot'),
        clock: z.enum(clocks).describe('The clock of the boot'),
        kernel: z.string().describe('Its kernel'),
        seed: z.number().int().describe('Its seed'),
        steps: z.number().int().describe('Its steps, warm-ups among them'),
        minutes: z
          .number()
          .describe(
            'Estimated: the share of its steps in what the experiment declares for the whole profile',
          ),
      }),
    )
    .describe('The boots in their order'),
  minutes: z.number().describe('The minutes of all boots'),
});
export type Plan = z.infer<typeof planSchema>;
