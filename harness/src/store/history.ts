import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { groupBy } from '../measure/group.ts';
import { paramsKey } from '../measure/params.ts';
import type { Summary } from '../measure/summary.ts';
import { metricNames } from '../workload/metric.ts';
import { paramsSchema } from '../workload/sample.ts';
import { openLines, readLines } from './lines.ts';
import type { Manifest } from './manifest.ts';
import { resultsDir } from './run-folder.ts';

/** One night's figure of one cell. */
export const historySchema = z.strictObject({
  at: z.string(),
  commit: z.string(),
  run: z.string(),
  testbedId: z.string(),
  experiment: z.string(),
  variant: z.string(),
  params: paramsSchema,
  metric: z.enum(metricNames),
  median: z.number(),
  lo: z.number(),
  hi: z.number(),
  boots: z.number().int(),
});
export type HistoryEntry = z.infer<typeof historySchema>;

/** Everything measured of one cell on one testbed, oldest first. */
export interface Series {
  name: string;
  entries: HistoryEntry[];
}

/** Adds a run's cells to the history. Another machine or QEMU gets its own series, so it causes no regressions. */
export async function appendHistory(
  manifest: Manifest,
  summary: Summary,
  results = resultsDir(),
): Promise<void> {
  demandCleanTree(manifest.zerohop);
  const entries = summary.cells.map(
    ({ variant, params, metric, median, lo, hi, boots }): HistoryEntry => ({
      at: manifest.startedAt,
      commit: manifest.zerohop.commit,
      run: manifest.run,
      testbedId: manifest.testbedId[params.clock],
      experiment: manifest.experiment,
      ...{ variant, params, metric, median, lo, hi, boots },
    }),
  );
  for (const [testbedId, members] of groupBy(entries, (entry) => entry.testbedId)) {
    const path = historyPath(results, manifest.experiment, testbedId);
    await mkdir(dirname(path), { recursive: true });
    const lines = await openLines(path);
    await lines.append(members).finally(() => lines.close());
  }
}

/** Figures of a changed tree would stand in the history under the name of a commit that does not give them. */
export function demandCleanTree({ commit, dirty }: Manifest['zerohop']): void {
  if (!dirty) return;
  throw new Failure('usage', `the tree differs from commit ${commit}: its figures cannot join the history`, {
    next: 'commit or stash the changes (git status), then run the nightly again',
  });
}

export async function readHistory(
  experiment: string,
  testbedId: string,
  results = resultsDir(),
): Promise<Series[]> {
  const path = historyPath(results, experiment, testbedId);
  const entries = existsSync(path) ? await readLines(path, historySchema) : [];
  const cells = groupBy(
    entries,
    ({ variant, metric, params }) => `${variant} ${metric} ${paramsKey(params)}`,
  );
  return [...cells].map(([name, members]) => ({ name, entries: members }));
}

function historyPath(results: string, experiment: string, testbedId: string): string {
  return join(results, 'history', experiment, `${testbedId}.jsonl`);
}
