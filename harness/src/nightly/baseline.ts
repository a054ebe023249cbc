import type { PartResult } from '../checks/part-result.ts';
import type { Experiment, KernelChoice } from '../experiment/experiment.ts';
import { readCommit } from '../host/commit.ts';
import type { Context } from '../host/context.ts';
import { planBoots } from '../measure/plan.ts';
import { type ExperimentOutcome, runExperiment } from '../run/experiment.ts';
import { appendHistory, demandCleanTree } from '../store/history.ts';
import type { RunRequest } from '../store/manifest.ts';
import { readManifest } from '../store/read-run.ts';
import { judgeNight } from './judge-night.ts';
import { type Night, nightOf } from './night.ts';

/** Adds a night's figures of an experiment to the history of their testbed, and judges them. */
export async function baseline(experiment: Experiment, night: Night, context: Context): Promise<PartResult> {
  demandCleanTree(await readCommit());
  const tonight = await measureBaseline(experiment, night, context);
  const manifest = await readManifest(tonight.dir);
  await appendHistory(manifest, tonight.summary);
  const { findings, figures } = await judgeNight(experiment, manifest, night, context);
  return {
    findings: [...tonight.failures, ...findings],
    figures: { cells: tonight.summary.cells.length, ...figures },
  };
}

/** A night's run, on the virtual clock, with an A/A copy of one variant. */
export function measureBaseline(
  experiment: Experiment,
  night: Night,
  context: Context,
  kernels: readonly KernelChoice[] = experiment.kernels,
): Promise<ExperimentOutcome> {
  const copied = { of: copiedVariant(experiment, night.date), kind: 'again' } as const;
  const request = { ...requestOf(experiment, night), twins: [copied] };
  const command = `npm run nightly -- --seed ${night.seed}`;
  return runExperiment({ experiment, request, kernels, explain: false, force: false, command }, context);
}

const requestOf = (
  { kernels }: Experiment,
  { seed, profile }: Pick<Night, 'seed' | 'profile'>,
): RunRequest => ({
  ...{ profile, clock: 'virtual', seed, only: [] },
  kernels: kernels.map(({ name }) => name),
});

/** The variant that has an A/A copy tonight; the variants take turns. */
export function copiedVariant(experiment: Experiment, date: Date): string {
  const plan = { ...requestOf(experiment, nightOf(date)), matrices: experiment.matrices };
  const steps = planBoots(plan).flatMap((boot) => boot.steps);
  const variants = [...new Set(steps.map(({ variant }) => variant))].sort();
  return variants[Math.floor(date.getTime() / dayMs) % variants.length] ?? experiment.baseline;
}

const dayMs = 86_400_000;
