import { z } from 'zod';
import { clocks } from '../host/clock.ts';
import { metricNames } from './metric.ts';

/** The factors of every sample; an experiment may add its own. */
export const paramsSchema = z
  .object({
    workload: z.string().describe('The program that was measured'),
    topology: z.string().describe('Where its two sides run: loopback, between containers, or several hosts'),
    size: z.number().int().nonnegative().describe('Bytes of a message; 0 if messages have no size'),
    clock: z
      .enum(clocks)
      .describe('virtual: an emulator counts instructions, one a nanosecond; wall: real time'),
    idle: z
      .enum(['default', 'poll'])
      .nullable()
      .describe('What an idle guest CPU does: the default sleeps, poll spins; null on the virtual clock'),
    kernel: z.string().describe('The name of the kernel in the run'),
  })
  .catchall(z.union([z.string(), z.number(), z.null()]));
export type Params = z.infer<typeof paramsSchema>;

/** Evidence that the mechanism under test carried the bytes. A sample without it does not count. */
export const proofSchema = z.strictObject({
  name: z.string().describe('What is proved'),
  ok: z.boolean().describe('Whether the observation is as expected'),
  expected: z.string().describe('What must be seen'),
  observed: z.string().describe('What was seen'),
});
export type Proof = z.infer<typeof proofSchema>;

/** One line of samples.jsonl. */
export const sampleSchema = z.strictObject({
  boot: z.number().int().nonnegative().describe('The number of the boot in its environment, from 0'),
  order: z.number().int().nonnegative().describe('The place of the step in its boot, from 0'),
  variant: z.string().describe('What the workload ran over'),
  params: paramsSchema.describe('The factors of the sample'),
  metric: z.enum(metricNames).describe('What was measured'),
  value: z.number().describe('The figure'),
  unit: z.string().describe('The unit of the figure'),
  proof: proofSchema.describe('Evidence that the mechanism carried the bytes'),
});
export type Sample = z.infer<typeof sampleSchema>;
