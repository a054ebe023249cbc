import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { clocks } from '../host/clock.ts';
import { readLines } from './lines.ts';

/** One line of explain.jsonl: the cost of a kernel symbol in one transaction of a variant. */
export const explainRowSchema = z.strictObject({
  variant: z.string().describe('What the workload ran over'),
  kernel: z.string().optional().describe("The kernel's name in a run with several kernels"),
  clock: z
    .enum(clocks)
    .default('virtual')
    .describe("Virtual if an emulator counted, wall if the CPU's own counter was sampled"),
  symbol: z.string().describe('The kernel function'),
  group: z.string().optional().describe('The source folder of the symbol, "net/ipv4", or "user space"'),
  instructions: z.number().nonnegative().describe('Instructions of one transaction'),
});
export type ExplainRow = z.infer<typeof explainRowSchema>;

/** The rows of an explained run; empty for other runs. */
export async function readExplained(dir: string): Promise<ExplainRow[]> {
  const file = join(dir, 'explain.jsonl');
  return existsSync(file) ? readLines(file, explainRowSchema) : [];
}
