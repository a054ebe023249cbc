import { z } from 'zod';
import { clocks } from '../host/clock.ts';

/** One line of explain.jsonl: what a symbol of the kernel costs one transaction of a variant. */
export const explainRowSchema = z.strictObject({
  variant: z.string(),
  /** Which of the run's kernels, where it has several. */
  kernel: z.string().optional(),
  /** Virtual where an emulator counted, wall where the CPU's own counter was sampled. */
  clock: z.enum(clocks).default('virtual'),
  symbol: z.string(),
  /** Where the symbol comes from: "net/ipv4", "user space". */
  group: z.string().optional(),
  instructions: z.number().nonnegative(),
});
export type ExplainRow = z.infer<typeof explainRowSchema>;
