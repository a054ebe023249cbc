import type { Experiment } from '../experiment/experiment.ts';
import type { Context } from '../host/context.ts';
import { kernelId } from '../kernel/resolve.ts';
import { deriveSeed } from '../measure/random.ts';
import type { ExperimentOutcome } from '../run/experiment.ts';
import { type ExplainRow, readExplained } from '../store/explain-rows.ts';
import { readManifest } from '../store/read-run.ts';
import type { LostCell, RegressionProof, RegressionRecord } from '../store/regressions.ts';
import { symbolDifferences } from '../store/symbol-differences.ts';
import { metrics } from '../workload/metric.ts';
import { abCommand, type Compared, compareCommits, kernelsOf, ratioOf } from './ab.ts';
import type { Night } from './night.ts';

/** The number of cells that a record names and that its proof measures. */
export const namedCells = 3;

const noRun = { confirmed: false, runs: [], ratios: [], symbols: [] };

/**
 * Measures the kernels of the last good and the first bad commit in one run, twice, with fresh seeds. The loss is
 * confirmed if the worst cell's interval is beyond its floor in both.
 */
export async function prove(
  { id, lastGood, firstBad, cells }: RegressionRecord,
  { experiment, floor, night }: { experiment: Experiment; floor: number; night: Night },
  context: Context,
): Promise<RegressionProof> {
  const ids = await Promise.all(kernelsOf(lastGood, firstBad).map(({ spec }) => kernelId(spec)));
  if (ids[0] === ids[1])
    return { ...noRun, why: `both commits have the kernel ${ids[0]}, so the harness made the difference` };
  const [worst] = cells as [LostCell];
  const found: RegressionProof = { ...noRun, runs: [], ratios: [], symbols: [], why: '' };
  for (const name of ['first', 'second']) {
    const seed = deriveSeed(night.seed, `${id} ${name}`);
    const asked = { experiment, good: lastGood, bad: firstBad, cells: cells.slice(0, namedCells), seed };
    const outcome = await compareCommits({ ...asked, explain: name === 'first' }, context);
    found.runs.push({ run: (await readManifest(outcome.dir)).run, command: abCommand(asked) });
    const ratio = ratioOf(outcome.summary.ratios, worst);
    if (ratio === undefined) return { ...found, why: failureOf(outcome) };
    found.ratios.push({ seed, lo: ratio.lo, hi: ratio.hi });
    if (name === 'first') found.symbols = differingSymbols(await readExplained(outcome.dir), worst.variant);
    if (!isBeyond(ratio, floor, worst.metric))
      return { ...found, why: `bad over good is ${rangeText(ratio)}, inside the floor of ${percent(floor)}` };
  }
  const [one, two] = found.ratios.map(rangeText);
  return { ...found, confirmed: true, why: `bad over good is ${one} and ${two}, beyond ${percent(floor)}` };
}

/** Whether a whole interval is worse than 1 by more than the floor. */
export function isBeyond(
  { lo, hi }: { lo: number; hi: number },
  floor: number,
  metric: LostCell['metric'],
): boolean {
  return metrics[metric].better === 'higher' ? hi < 1 - floor : lo > 1 + floor;
}

const mostSymbols = 5;

/** The kernel functions of a variant whose instructions differ most between the two kernels. */
export function differingSymbols(rows: readonly ExplainRow[], variant: string): RegressionProof['symbols'] {
  const on = (kernel: string) => rows.filter((row) => row.variant === variant && row.kernel === kernel);
  return symbolDifferences(on('good'), on('bad'))
    .slice(0, mostSymbols)
    .map(({ symbol, before, after }) => ({ symbol, good: before, bad: after }));
}

/** Whether one seed shows the loss: a step of a bisection. */
export async function isLost(asked: Compared, floor: number, context: Context): Promise<boolean> {
  const [worst] = asked.cells as [LostCell];
  const { summary } = await compareCommits(asked, context);
  const ratio = ratioOf(summary.ratios, worst);
  return ratio !== undefined && isBeyond(ratio, floor, worst.metric);
}

function failureOf({ failures, summary }: ExperimentOutcome): string {
  const why = failures[0] ?? summary.unavailable[0]?.why ?? 'no boot has it on both kernels';
  return `the worst cell was not measured: ${why}`;
}

const rangeText = ({ lo, hi }: { lo: number; hi: number }) => `${lo.toFixed(4)} to ${hi.toFixed(4)}`;
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
