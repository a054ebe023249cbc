import { netperf } from '../experiment/netperf.ts';
import { readCommit } from '../host/commit.ts';
import type { Context } from '../host/context.ts';
import { leastChange } from '../measure/change-points.ts';
import { twinKindOf } from '../measure/control-cells.ts';
import { paramsKey } from '../measure/params.ts';
import { serialisedMark } from '../measure/serialised.ts';
import { type ExperimentOutcome, runExperiment } from '../run/experiment.ts';
import { type Accepted, acceptedChanges, sinceAccepted } from '../store/accepted.ts';
import { appendHistory, demandCleanTree, readHistory, type Series } from '../store/history.ts';
import type { RunRequest } from '../store/manifest.ts';
import { readManifest } from '../store/read-run.ts';
import { type Suspect, suspects } from './suspects.ts';

/**
 * A night's figures join the history of their testbed. A change of level is told only when a second run, of the
 * suspect cells alone, still shows it.
 */
export async function baseline(context: Context): Promise<string[]> {
  demandCleanTree(await readCommit());
  const night = await measure({ only: [], twins: [{ of: 'tcp', kind: 'again' }] }, context);
  const manifest = await readManifest(night.dir);
  await appendHistory(manifest, night.summary);
  const history = await readHistory(netperf.name, manifest.testbedId.virtual);
  const present = history.filter(({ entries }) => entries.at(-1)?.run === manifest.run);
  const worse = regressions(present, floorsOf(night.summary), await acceptedChanges());
  process.stdout.write(`baseline: ${night.summary.cells.length} cells, ${worse.length} suspects\n`);
  const confirmed = worse.length === 0 ? [] : await confirm(worse, context);
  return [...night.failures, ...confirmed.map(alert)];
}

/** What got worse and was not accepted, of what the virtual clock can judge. A twin tells of the noise, not of a commit. */
export function regressions(
  history: readonly Series[],
  floors: ReadonlyMap<string, number>,
  accepted: readonly Accepted[],
): Suspect[] {
  const found = suspects(sinceAccepted(history, accepted), floors);
  return found.filter(({ isWorse, firstAfter: { variant, params } }) => {
    const decides = serialisedMark(netperf.matrices, variant, params).basis === undefined;
    return isWorse && decides && twinKindOf(variant) === null;
  });
}

function measure(asked: Pick<RunRequest, 'only' | 'twins'>, context: Context): Promise<ExperimentOutcome> {
  const request: RunRequest = { profile: 'quick', clock: 'virtual', kernels: ['default'], seed: 1, ...asked };
  const kernels = [{ name: 'default' }];
  const command = 'npm run nightly -- --part baseline';
  return runExperiment(
    { experiment: netperf, request, kernels, explain: false, force: false, command },
    context,
  );
}

/** How far tcp was from itself tonight at a cell's point, by the name that the cell's series has in the history. */
function floorsOf({ ratios, cells }: ExperimentOutcome['summary']): Map<string, number> {
  const controls = new Map(
    ratios
      .filter(({ numerator }) => numerator === 'tcp.again')
      .map(({ metric, params, value }) => [`${metric} ${paramsKey(params)}`, Math.abs(value - 1)]),
  );
  return new Map(
    cells.map(({ variant, metric, params }) => {
      const point = `${metric} ${paramsKey(params)}`;
      return [`${variant} ${point}`, controls.get(point) ?? 0];
    }),
  );
}

async function confirm(suspected: readonly Suspect[], context: Context): Promise<Suspect[]> {
  const variants = [...new Set(suspected.map(({ firstAfter }) => firstAfter.variant))];
  const sizes = [...new Set(suspected.map(({ firstAfter }) => `${firstAfter.params.size}`))];
  const only = [
    { factor: 'variant', values: variants },
    { factor: 'size', values: sizes },
  ];
  const { summary } = await measure({ only, twins: [] }, context);
  return suspected.filter(({ before, cell, firstAfter: { variant, metric, params } }) => {
    const again = summary.cells.find(
      (cell) =>
        cell.variant === variant && cell.metric === metric && paramsKey(cell.params) === paramsKey(params),
    );
    if (again === undefined) throw new Error(`the rerun lacks ${cell}`);
    return Math.abs(again.median / before - 1) >= leastChange(params.clock);
  });
}

/** The one command that finds the commit between the two. */
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
