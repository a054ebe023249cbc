import type { PartResult } from '../checks/part-result.ts';
import netperf from '../experiment/netperf.ts';
import { readCommit } from '../host/commit.ts';
import type { Context } from '../host/context.ts';
import { twinKindOf } from '../measure/control-cells.ts';
import { paramsKey } from '../measure/params.ts';
import { planBoots } from '../measure/plan.ts';
import { deriveSeed } from '../measure/random.ts';
import { serialisedMark } from '../measure/serialised.ts';
import { type ExperimentOutcome, runExperiment } from '../run/experiment.ts';
import { type Accepted, acceptedChanges, sinceAccepted } from '../store/accepted.ts';
import { appendHistory, demandCleanTree, readHistory, type Series } from '../store/history.ts';
import type { RunRequest } from '../store/manifest.ts';
import { readManifest } from '../store/read-run.ts';
import { floorsOf } from './floors.ts';
import { type Suspect, suspects } from './suspects.ts';

/**
 * Adds a night's figures to the history of their testbed. A change of level is reported only if two more runs, of the
 * suspect cells alone and with other seeds, still show it.
 */
export async function baseline(context: Context, night = new Date()): Promise<PartResult> {
  demandCleanTree(await readCommit());
  const seed = Number(night.toISOString().slice(0, 10).replaceAll('-', ''));
  const copied = { of: copiedVariant(night), kind: 'again' } as const;
  const tonight = await measure({ only: [], twins: [copied], seed }, context);
  const manifest = await readManifest(tonight.dir);
  await appendHistory(manifest, tonight.summary);
  const history = await readHistory(netperf.name, manifest.testbedId.virtual);
  const present = history.filter(({ entries }) => entries.at(-1)?.run === manifest.run);
  const floors = floorsOf(history);
  const worse = regressions(present, floors, await acceptedChanges());
  const confirmed = worse.length === 0 ? [] : await confirm(worse, floors, seed, context);
  return {
    findings: [...tonight.failures, ...confirmed.map(alert)],
    figures: { cells: tonight.summary.cells.length, suspects: worse.length, confirmed: confirmed.length },
  };
}

/** Regressions on the virtual clock that were not accepted. Twins are left out: they show noise, not a commit. */
export function regressions(
  history: readonly Series[],
  floors: ReadonlyMap<string, number>,
  accepted: readonly Accepted[],
): Suspect[] {
  const found = suspects(sinceAccepted(history, accepted), floors);
  return found.filter(({ firstAfter: { variant, params } }) => {
    const decides = serialisedMark(netperf.matrices, variant, params).basis === undefined;
    return decides && twinKindOf(variant) === null;
  });
}

type Asked = Pick<RunRequest, 'only' | 'twins' | 'seed'>;

const requestOf = (asked: Asked): RunRequest => ({
  profile: 'quick',
  clock: 'virtual',
  kernels: netperf.kernels.map(({ name }) => name),
  ...asked,
});

function measure(asked: Asked, context: Context): Promise<ExperimentOutcome> {
  const { kernels } = netperf;
  const command = 'npm run nightly -- --part baseline';
  return runExperiment(
    { experiment: netperf, request: requestOf(asked), kernels, explain: false, force: false, command },
    context,
  );
}

/** The variant that has an A/A copy tonight; the variants take turns. */
export function copiedVariant(night: Date): string {
  const plan = { ...requestOf({ only: [], seed: 1 }), matrices: netperf.matrices };
  const steps = planBoots(plan).flatMap((boot) => boot.steps);
  const variants = [...new Set(steps.map(({ variant }) => variant))].sort();
  return variants[Math.floor(night.getTime() / dayMs) % variants.length] ?? netperf.baseline;
}

const dayMs = 86_400_000;

/** The suspects that are off their last good level by more than their floor in each of two runs. */
async function confirm(
  suspected: readonly Suspect[],
  floors: ReadonlyMap<string, number>,
  seed: number,
  context: Context,
): Promise<Suspect[]> {
  const variants = [...new Set(suspected.map(({ firstAfter }) => firstAfter.variant))];
  const sizes = [...new Set(suspected.map(({ firstAfter }) => `${firstAfter.params.size}`))];
  const only = [
    { factor: 'variant', values: variants },
    { factor: 'size', values: sizes },
  ];
  let standing = [...suspected];
  for (const proof of ['first', 'second']) {
    const { summary } = await measure({ only, twins: [], seed: deriveSeed(seed, proof) }, context);
    standing = standing.filter((suspect) => isStill(suspect, summary, floors.get(suspect.cell) ?? 0));
  }
  return standing;
}

function isStill(
  { before, change, cell: name, firstAfter: { variant, metric, params } }: Suspect,
  { cells }: ExperimentOutcome['summary'],
  floor: number,
): boolean {
  const again = cells.find(
    (cell) =>
      cell.variant === variant && cell.metric === metric && paramsKey(cell.params) === paramsKey(params),
  );
  if (again === undefined) throw new Error(`the rerun lacks ${name}`);
  const now = again.median / before - 1;
  return Math.abs(now) > floor && now < 0 === change < 0;
}

/** The alert, with the bisect command that finds the commit. */
export function alert({ cell, change, before, after, lastBefore, firstAfter }: Suspect): string {
  const { variant, metric, params } = firstAfter;
  const { clock: _clock, idle: _idle, kernel: _kernel, ...place } = params;
  const only = Object.entries({ variant, ...place }).map(([factor, value]) => `--only ${factor}=${value}`);
  const levels = `--good ${before.toPrecision(6)} --bad ${after.toPrecision(6)}`;
  return (
    `${cell} changed by ${(change * 100).toFixed(2)} %: last good ${lastBefore.commit}, first bad ${firstAfter.commit}; ` +
    `git bisect start ${firstAfter.commit} ${lastBefore.commit} && git bisect run npm run --silent bisect -- ` +
    `${firstAfter.experiment} ${only.join(' ')} --metric ${metric} ${levels}; if it is wanted: results/accepted.json`
  );
}
