import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { metricNames } from '../workload/metric.ts';
import { paramsSchema } from '../workload/sample.ts';
import { openLines, readLines } from './lines.ts';
import { resultsDir } from './run-folder.ts';

export const regressionStates = ['suspected', 'confirmed', 'accepted', 'fixed'] as const;

const lostCellSchema = z.strictObject({
  /** The name of its series. */
  cell: z.string(),
  variant: z.string(),
  params: paramsSchema,
  metric: z.enum(metricNames),
  before: z.number(),
  after: z.number(),
  /** Relative: -0.05 is 5 % down. */
  change: z.number(),
});
export type LostCell = z.infer<typeof lostCellSchema>;

/** The kernels of the last good and the first bad commit, measured against each other on one harness. */
const proofSchema = z.strictObject({
  confirmed: z.boolean(),
  why: z.string(),
  /** The run folders' names, and the commands that measure them again. */
  runs: z.array(z.strictObject({ run: z.string(), command: z.string() })),
  /** Bad over good for the worst cell, one a seed. */
  ratios: z.array(z.strictObject({ seed: z.number().int(), lo: z.number(), hi: z.number() })),
  /** Instructions a transaction of kernel functions that differ most, good and bad. */
  symbols: z.array(z.strictObject({ symbol: z.string(), good: z.number(), bad: z.number() })),
});
export type RegressionProof = z.infer<typeof proofSchema>;

/** A loss that one commit, or a range of commits, caused; a line of regressions.jsonl. An id's last line is its state. */
export const regressionSchema = z.strictObject({
  at: z.string(),
  id: z.string(),
  state: z.enum(regressionStates),
  experiment: z.string(),
  testbedId: z.string(),
  lastGood: z.string(),
  firstBad: z.string(),
  /** The commit that a bisection found, or the only one of the range that changes the kernel. */
  culprit: z.string().nullable(),
  /** The commit that mended it. */
  fixedBy: z.string().nullable(),
  /** The largest loss first. */
  cells: z.array(lostCellSchema),
  proof: proofSchema.nullable(),
  /** The command that bisects the worst cell. */
  bisect: z.string(),
});
export type RegressionRecord = z.infer<typeof regressionSchema>;

/** The last state of every regression. */
export async function readRegressions(results = resultsDir()): Promise<RegressionRecord[]> {
  const path = pathIn(results);
  const lines = existsSync(path) ? await readLines(path, regressionSchema) : [];
  return [...new Map(lines.map((record) => [record.id, record])).values()];
}

export async function appendRegressions(
  records: readonly RegressionRecord[],
  results = resultsDir(),
): Promise<void> {
  if (records.length === 0) return;
  await mkdir(dirname(pathIn(results)), { recursive: true });
  const lines = await openLines(pathIn(results));
  await lines.append(records.map((record) => regressionSchema.parse(record))).finally(() => lines.close());
}

const pathIn = (results: string) => join(results, 'history', 'regressions.jsonl');
