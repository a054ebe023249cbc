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
  cell: z.string().describe('The name of its series'),
  variant: z.string().describe('What the workload ran over'),
  params: paramsSchema.describe('The factors of the cell'),
  metric: z.enum(metricNames).describe('What was measured'),
  before: z.number().describe('The last good level'),
  after: z.number().describe('The level of the first bad night'),
  change: z.number().describe('Relative: -0.05 is 5 % down'),
});
export type LostCell = z.infer<typeof lostCellSchema>;

/** The kernels of the last good and the first bad commit, measured against each other on one harness. */
const proofSchema = z.strictObject({
  confirmed: z.boolean().describe('Whether both seeds show the loss'),
  why: z.string().describe('The reason'),
  runs: z
    .array(
      z.strictObject({
        run: z.string().describe("The run folder's name"),
        command: z.string().describe('The command that measures it again'),
      }),
    )
    .describe('The runs of the proof'),
  ratios: z
    .array(
      z.strictObject({
        seed: z.number().int().describe('The seed of the run'),
        lo: z.number().describe('The lower end of the interval'),
        hi: z.number().describe('The upper end of the interval'),
      }),
    )
    .describe('Bad over good for the worst cell, one a seed'),
  symbols: z
    .array(
      z.strictObject({
        symbol: z.string().describe('The function'),
        good: z.number().describe('Instructions a transaction of the good kernel'),
        bad: z.number().describe('Instructions a transaction of the bad kernel'),
      }),
    )
    .describe('The kernel functions whose instructions differ most'),
});
export type RegressionProof = z.infer<typeof proofSchema>;

/** A loss that one commit, or a range of commits, caused; a line of regressions.jsonl. An id's last line is its state. */
export const regressionSchema = z.strictObject({
  at: z.string().describe('The night of this state'),
  id: z.string().describe('Made of the worst cell and the first bad commit'),
  state: z.enum(regressionStates).describe('Where the regression stands'),
  experiment: z.string().describe('The experiment of the cells'),
  testbedId: z.string().describe('The testbed of the cells'),
  lastGood: z.string().describe('The commit of the last good night'),
  firstBad: z.string().describe('The commit of the first bad night'),
  culprit: z
    .string()
    .nullable()
    .describe('The commit that a bisection found, or the only one of the range that changes the kernel'),
  fixedBy: z.string().nullable().describe('The commit of the night that was back at the level'),
  cells: z.array(lostCellSchema).describe('The cells that lost, the largest loss first'),
  proof: proofSchema
    .nullable()
    .describe(
      'The kernels of the last good and the first bad commit, measured against each other on one harness',
    ),
  bisect: z.string().describe('The command that bisects the worst cell'),
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
