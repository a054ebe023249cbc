import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { openLines, readLines } from './lines.ts';
import { resultsDir } from './run-folder.ts';

/** A line of history/parts.jsonl: a part of a night that ran, or found no room. */
export const partTimeSchema = z.strictObject({
  at: z.string().describe('When the part began'),
  part: z.string().describe('The name of the part'),
  commit: z.string().describe('The commit of zerohop'),
  minutes: z
    .number()
    .nonnegative()
    .nullable()
    .describe('How long it ran; null if the budget had no room for it'),
  findings: z
    .number()
    .int()
    .nonnegative()
    .nullable()
    .describe('How many faults it found; null if it did not run, or ended early'),
});
export type PartTime = z.infer<typeof partTimeSchema>;

/** Oldest first. */
export async function readPartTimes(results = resultsDir()): Promise<PartTime[]> {
  const path = pathIn(results);
  return existsSync(path) ? readLines(path, partTimeSchema) : [];
}

export async function appendPartTime(time: PartTime, results = resultsDir()): Promise<void> {
  await mkdir(dirname(pathIn(results)), { recursive: true });
  const lines = await openLines(pathIn(results));
  await lines.append([partTimeSchema.parse(time)]).finally(() => lines.close());
}

const pathIn = (results: string) => join(results, 'history', 'parts.jsonl');
