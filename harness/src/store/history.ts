import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { hashOf } from '../host/cache.ts';
import { treesAt } from '../host/commit.ts';
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
  at: z.string().describe('When it was measured, or the date of the commit if it was backfilled'),
  commit: z.string().describe('The commit of zerohop'),
  run: z.string().describe('The name of the run'),
  testbedId: z.string().describe('The testbed of the clock of the cell'),
  experiment: z.string().describe('The experiment that was run'),
  variant: z.string().describe('What the workload ran over'),
  params: paramsSchema.describe('The factors of the cell'),
  metric: z.enum(metricNames).describe('What was measured'),
  median: z.number().describe('The median of the boots'),
  lo: z.number().describe('The lower end of the interval'),
  hi: z.number().describe('The upper end of the interval'),
  boots: z.number().int().describe('Boots that have the cell'),
  made: z
    .string()
    .optional()
    .describe(
      'Equal where the same bytes ran: kernel, root filesystem and harness. Nights of earlier versions lack it',
    ),
  backfilled: z.string().optional().describe('When a backfilled figure was measured'),
});
export type HistoryEntry = z.infer<typeof historySchema>;

/** Everything measured of one cell on one testbed, oldest first. */
export interface Series {
  name: string;
  entries: HistoryEntry[];
}

/** An older commit whose kernel was measured on today's testbed. */
export interface Backfilled {
  commit: string;
  /** The commit's date. */
  at: string;
}

/** Adds a run's cells to the history. Another machine or QEMU gets its own series, so it causes no regressions. */
export async function appendHistory(
  manifest: Manifest,
  summary: Summary,
  results = resultsDir(),
  backfilled?: Backfilled,
): Promise<void> {
  demandCleanTree(manifest.zerohop);
  const made = await bytesOf(manifest);
  const { at, commit } = backfilled ?? { at: manifest.startedAt, commit: manifest.zerohop.commit };
  const entries = summary.cells.map(
    ({ variant, params, metric, median, lo, hi, boots }): HistoryEntry => ({
      ...{ at, commit },
      run: manifest.run,
      testbedId: manifest.testbedId[params.clock],
      experiment: manifest.experiment,
      ...{ variant, params, metric, median, lo, hi, boots },
      ...(made && { made }),
      ...(backfilled && { backfilled: manifest.startedAt }),
    }),
  );
  for (const [testbedId, members] of groupBy(entries, (entry) => entry.testbedId)) {
    const path = historyPath(results, manifest.experiment, testbedId);
    await mkdir(dirname(path), { recursive: true });
    const lines = await openLines(path);
    await lines.append(members).finally(() => lines.close());
  }
}

/** The sources of everything that runs beside the kernel. */
const sources = ['harness', 'bpf', 'qemu'];

async function bytesOf({ zerohop, kernels, testbed }: Manifest): Promise<string | undefined> {
  const trees = await treesAt(zerohop.commit, sources);
  if (trees === undefined) return undefined;
  const bundles = kernels.map(({ bundle }) => bundle);
  return hashOf({ bundles, root: testbed.rootHash, trees }).slice(0, 16);
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
  const lines = existsSync(path) ? await readLines(path, historySchema) : [];
  const entries = lines.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const cells = groupBy(
    entries,
    ({ variant, metric, params }) => `${variant} ${metric} ${paramsKey(params)}`,
  );
  return [...cells].map(([name, members]) => ({ name, entries: members }));
}

function historyPath(results: string, experiment: string, testbedId: string): string {
  return join(results, 'history', experiment, `${testbedId}.jsonl`);
}
