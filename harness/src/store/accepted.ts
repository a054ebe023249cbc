import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { matches } from '../measure/params.ts';
import { metricNames } from '../workload/metric.ts';
import { paramsSchema } from '../workload/sample.ts';
import type { Series } from './history.ts';

/** results/accepted.json: changes of level that someone has reviewed and accepted. */
export const acceptedSchema = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        commit: z
          .string()
          .regex(/^[0-9a-f]{7,40}$/)
          .describe('The first commit on the new level, as the alert names it'),
        experiment: z.string().describe('The experiment of the cells'),
        variant: z.string().optional().describe('The variant of the cells; if absent, every variant'),
        metric: z.enum(metricNames).optional().describe('The metric of the cells; if absent, every metric'),
        where: paramsSchema
          .partial()
          .describe('The factors of the cells; those that are absent may have any value'),
        why: z.string().min(1).describe('The reason'),
      }),
    )
    .describe('Changes of level that someone has accepted'),
});
export type Accepted = z.infer<typeof acceptedSchema>['changes'][number];

const file = new URL('../../../results/accepted.json', import.meta.url);

export async function acceptedChanges(): Promise<Accepted[]> {
  return acceptedSchema.parse(JSON.parse(await readFile(file, 'utf8'))).changes;
}

/** Cuts each series off before its last accepted change, because the level before it is no longer a reference. */
export function sinceAccepted(history: readonly Series[], accepted: readonly Accepted[]): Series[] {
  return history.map(({ name, entries }) => {
    const start = entries.findLastIndex((entry, place) => {
      if (entries[place - 1]?.commit === entry.commit) return false;
      return accepted.some(
        ({ commit, experiment, variant = entry.variant, metric = entry.metric, where }) =>
          entry.commit.startsWith(commit) &&
          experiment === entry.experiment &&
          variant === entry.variant &&
          metric === entry.metric &&
          matches(entry.params, where),
      );
    });
    return { name, entries: entries.slice(Math.max(start, 0)) };
  });
}
