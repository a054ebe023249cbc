import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PartResult } from '../part-result.ts';
import type { BugFate } from './try-bug.ts';

const equivalentsSchema = z.array(
  z.strictObject({
    /** The module and the name of the planted bug. */
    bug: z.string(),
    /** Why no unit test can or should find it. */
    reason: z.string().min(1),
  }),
);
export type Equivalents = z.infer<typeof equivalentsSchema>;

const fewest = 100;

export async function readEquivalents(): Promise<Equivalents> {
  const text = await readFile(join(import.meta.dirname, 'equivalents.json'), 'utf8');
  return equivalentsSchema.parse(JSON.parse(text));
}

/** A finding for every bug that survived unlisted, and for every listed one that was found or never planted. */
export function judgeBugs(fates: ReadonlyMap<string, BugFate>, listed: Equivalents): PartResult {
  const known = new Set(listed.map(({ bug }) => bug));
  const counts = { found: 0, endless: 0, survived: 0 };
  for (const fate of fates.values()) counts[fate] += 1;
  const unlisted = [...fates].filter(([bug, fate]) => fate === 'survived' && !known.has(bug));
  const wrong = [...known].filter((bug) => fates.get(bug) !== 'survived');
  return {
    findings: [
      ...unlisted.map(([bug]) => `no unit test finds ${bug}`),
      ...wrong.map((bug) => `listed as equivalent, but ${fates.get(bug) ?? 'not planted'}: ${bug}`),
      ...(fates.size < fewest ? [`expected at least ${fewest} planted bugs, got ${fates.size}`] : []),
    ],
    figures: { planted: fates.size, ...counts },
  };
}
