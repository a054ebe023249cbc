import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Experiment } from '../experiment/experiment.ts';
import { readCommit } from '../host/commit.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { planBoots } from '../measure/plan.ts';
import type { Profile } from '../measure/summary.ts';
import { type ExperimentOptions, runExperiment } from '../run/experiment.ts';
import { explainable } from '../run/explain.ts';
import type { RunRequest } from '../store/manifest.ts';
import { readManifest } from '../store/read-run.ts';
import { resultsDir } from '../store/run-folder.ts';
import type { Absent } from './readme.ts';

export interface MeasuredRuns {
  /** The run folders, in the order of the experiments. */
  runs: string[];
  absent: Absent[];
  /** Cells that failed, a line each. */
  failures: string[];
}

/** Measures each experiment with seed 1. One that fails is recorded as absent, and the others go on. */
export async function measureAll(
  asked: readonly Experiment[],
  profile: Profile,
  context: Context,
): Promise<MeasuredRuns> {
  const measured: MeasuredRuns = { runs: [], absent: [], failures: [] };
  for (const experiment of asked) {
    try {
      const { dir, failures } = await measure(experiment, profile, context);
      measured.runs.push(dir);
      measured.failures.push(...failures);
    } catch (error) {
      if (context.signal.aborted || !(error instanceof Failure)) throw error;
      measured.absent.push({ name: experiment.name, why: error.message });
    }
  }
  return measured;
}

function measure(experiment: Experiment, profile: Profile, context: Context) {
  return runExperiment(optionsFor(experiment, profile), context);
}

/** With an explanation where a step has transactions that it could divide instructions by. */
export function optionsFor(experiment: Experiment, profile: Profile): ExperimentOptions {
  const { name, kernels, matrices } = experiment;
  const request = { profile, only: [], kernels: kernels.map((kernel) => kernel.name), seed: 1 };
  const steps = planBoots({ ...request, matrices }).flatMap((boot) => boot.steps);
  const explain = explainable(steps).length > 0;
  const flags = `--profile ${profile} --seed 1${explain ? ' --explain' : ''}`;
  const command = `npm run experiment ${name} -- ${flags}`;
  return { experiment, request, kernels, explain, force: false, command };
}

/** The latest run of an experiment, if this commit's clean tree made it, whole, with this profile. */
export async function runOnDisk(experiment: Experiment, profile: Profile): Promise<string | undefined> {
  const dir = join(resultsDir(), 'latest', experiment.name);
  if (!existsSync(join(dir, 'summary.json'))) return undefined;
  const { request, zerohop } = await readManifest(dir);
  const here = await readCommit();
  const isOurs = !here.dirty && !zerohop.dirty && here.commit === zerohop.commit;
  return isOurs && request.profile === profile && isWhole(request, experiment) ? dir : undefined;
}

/** Whether a request leaves out nothing of its profile. */
export function isWhole(
  { only, clock, boots, kernels: measured }: RunRequest,
  { kernels }: Pick<Experiment, 'kernels'>,
): boolean {
  const names = kernels.map(({ name }) => name);
  return only.length === 0 && clock === undefined && boots === undefined && measured.join() === names.join();
}
