import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { openLines, readLines } from './lines.ts';
import { resultsDir } from './run-folder.ts';

/** A line of history/parts.jsonl: a part of a night that ran, or found no room. */
export const partTimeSchema = z.strictObject({
  at: z.string(),
  part: z.string(),
  commit: z.string(),
  /** Measured; null if the budget had no room for it. */
  minutes: z.number().nonnegative().nullable(),
  /** Null if it did not run, or ended early. */
  findings: z.number().int().nonnegative().nullable(),
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
