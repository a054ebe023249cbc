import { experiments } from '../experiment/index.ts';
import { Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { paramsKey } from '../measure/params.ts';
import { planBoots } from '../measure/plan.ts';
import { amount } from '../report/format.ts';
import { type ExperimentOptions, runExperiment } from '../run/experiment.ts';
import { type GivenFlag, parseArguments } from './arguments.ts';
import { experimentOptions } from './experiment-request.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

/** For `git bisect run`: measures one cell on the current tree. Status 0 is good, 1 is bad, 125 is any failure. */
export async function bisect(argv: string[], { signal, cwd }: CommandContext): Promise<number> {
  const { flags, operands, given } = parseArguments('bisect', argv);
  const { metric, good, bad } = flags;
  if (good === bad) throw usage(`Expected --good and --bad to differ, got ${good} twice.`);
  const asked = experimentOptions(
    parseArguments('experiment', [...operands, ...measured(given)]),
    cwd,
    await experiments(),
  );
  demandOneCell(asked);
  await ensurePackages(['kernel', 'guest'], signal);
  const { progress, end } = drawProgress();
  const { summary, failures, dir } = await runExperiment(asked, { progress, signal }).finally(end);
  const cell = summary.cells.find((candidate) => candidate.metric === metric);
  if (cell === undefined) {
    const why = [...failures, ...summary.unavailable.map((candidate) => candidate.why)][0] ?? 'it gives none';
    throw new Failure('cell', `no ${metric} was measured: ${why}`, { log: dir });
  }
  const side = sideOf(cell, { good, bad });
  const found = `${metric} ${amount(cell.median)} (${amount(cell.lo)} to ${amount(cell.hi)})`;
  if (side === null) throw new Failure('cell', `${found} lies on both sides of the middle`, { log: dir });
  process.stdout.write(`${found}: ${side}\n`);
  if (side === 'good') return 0;
  process.stderr.write(outcomeLine('regression', 1, dir));
  return 1;
}

export interface Levels {
  good: number;
  bad: number;
}

/** The level that a whole range is nearer to, by ratio; null if its ends disagree. */
export function sideOf({ lo, hi }: { lo: number; hi: number }, { good, bad }: Levels): 'good' | 'bad' | null {
  const middle = Math.sqrt(good * bad);
  const isGood = (value: number) => value > middle === good > bad;
  if (isGood(lo) !== isGood(hi)) return null;
  return isGood(lo) ? 'good' : 'bad';
}

/** The flags of the experiment that measures the cell. They always give the same plan. */
function measured(given: readonly GivenFlag[]): string[] {
  const cell = given.filter(({ name }) => name === 'only' || name === 'kernel');
  const plan = ['--clock', 'virtual', '--profile', 'quick', '--seed', '1'];
  return [...cell.flatMap(({ name, text = '' }) => [`--${name}`, text]), ...plan];
}

function demandOneCell({ experiment: { matrices }, request }: ExperimentOptions): void {
  const steps = planBoots({ ...request, matrices }).flatMap((boot) => boot.steps);
  const cells = new Set(steps.map(({ variant, params }) => `${variant} ${paramsKey(params)}`));
  if (cells.size !== 1) throw usage(`Expected --only to leave one cell, got ${cells.size}.`);
}

const usage = (what: string) => new Failure('usage', what, { next: 'see npm run bisect -- --help' });
