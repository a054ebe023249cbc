import type { PartResult } from '../checks/part-result.ts';
import { readCommit } from '../host/commit.ts';
import { appendPartTime, readPartTimes } from '../store/part-times.ts';
import type { Night } from './night.ts';
import { orderParts } from './order.ts';
import type { Part } from './parts.ts';

/** The result of a part, or null if the budget had no room for it. */
export type PartOutcome = { part: Part; minutes: number } & ({ result: PartResult } | { result: null });

/** Runs parts one after the other while the budget has room for them, and records the time that each takes. */
export async function runNight(
  parts: readonly Part[],
  night: Night,
  run: (part: Part) => Promise<PartResult>,
  results?: string,
): Promise<PartOutcome[]> {
  const { commit } = await readCommit();
  const outcomes: PartOutcome[] = [];
  for (const { part, minutes } of orderParts(parts, await readPartTimes(results))) {
    const record = { at: new Date().toISOString(), part: part.part, commit };
    if (minutes > night.minutesLeft()) {
      await appendPartTime({ ...record, minutes: null, findings: null }, results);
      outcomes.push({ part, minutes, result: null });
      continue;
    }
    const startedMs = performance.now();
    const taken = () => (performance.now() - startedMs) / 60_000;
    try {
      const result = await run(part);
      await appendPartTime({ ...record, minutes: taken(), findings: result.findings.length }, results);
      outcomes.push({ part, minutes: taken(), result });
    } catch (error) {
      await appendPartTime({ ...record, minutes: taken(), findings: null }, results);
      throw error;
    }
  }
  return outcomes;
}
