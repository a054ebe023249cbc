import type { Experiment, KernelChoice } from '../experiment/experiment.ts';
import type { Context } from '../host/context.ts';
import { paramsKey, withFactor } from '../measure/params.ts';
import { planBoots } from '../measure/plan.ts';
import type { Ratio } from '../measure/summary.ts';
import { type ExperimentOutcome, runExperiment } from '../run/experiment.ts';
import { explainable } from '../run/explain.ts';
import type { RunRequest } from '../store/manifest.ts';
import type { LostCell } from '../store/regressions.ts';
import { placeIn } from './bisect-command.ts';

export interface Compared {
  experiment: Experiment;
  good: string;
  bad: string;
  cells: readonly LostCell[];
  seed: number;
  explain: boolean;
}

/** The kernels of two commits, good first. */
export const kernelsOf = (good: string, bad: string): KernelChoice[] => [
  { name: 'good', spec: `commit:${good}` },
  { name: 'bad', spec: `commit:${bad}` },
];

/** The command that compares two commits' kernels on the given cells. */
export function abCommand({ experiment, good, bad, cells, seed }: Omit<Compared, 'explain'>): string {
  const kernels = kernelsOf(good, bad).map(({ name, spec }) => `--kernel ${name}=${spec}`);
  const only = filtersOf(cells).map(({ factor, values }) => `--only ${factor}=${values.join(',')}`);
  const flags = [...kernels, ...only, '--clock virtual', `--seed ${seed}`];
  return `npm run experiment ${experiment.name} -- ${flags.join(' ')}`;
}

/** Boots the kernels of two commits in turn, in one run, on today's harness. */
export function compareCommits(asked: Compared, context: Context): Promise<ExperimentOutcome> {
  const { experiment, good, bad, cells, seed } = asked;
  const kernels = kernelsOf(good, bad);
  const request = {
    profile: 'quick' as const,
    clock: 'virtual' as const,
    only: filtersOf(cells),
    kernels: kernels.map(({ name }) => name),
    seed,
  };
  const steps = planBoots({ ...request, matrices: experiment.matrices }).flatMap((boot) => boot.steps);
  const explain = asked.explain && explainable(steps).length > 0;
  return runExperiment(
    { experiment, request, kernels, explain, force: false, command: abCommand(asked) },
    context,
  );
}

/** The bad kernel over the good one, for a cell. */
export function ratioOf(ratios: readonly Ratio[], { variant, metric, params }: LostCell): Ratio | undefined {
  const key = paramsKey(withFactor(withFactor(params, 'kernel', 'bad'), 'variant', variant));
  return ratios.find((ratio) => ratio.metric === metric && paramsKey(ratio.params) === key);
}

/** The fewest values of each factor that select all of these cells. */
export function filtersOf(cells: readonly Pick<LostCell, 'variant' | 'params'>[]): RunRequest['only'] {
  const values = new Map<string, Set<string>>();
  for (const { variant, params } of cells)
    for (const [factor, value] of Object.entries({ variant, ...placeIn(params) }))
      values.set(factor, (values.get(factor) ?? new Set()).add(`${value}`));
  return [...values].map(([factor, some]) => ({ factor, values: [...some] }));
}
