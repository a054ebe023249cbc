import type { Experiment } from '../experiment/experiment.ts';
import { repeatCommand } from '../experiment/repeat.ts';
import { claimsOf, type PublishedClaim } from '../measure/published.ts';
import type { ExperimentOptions } from '../run/experiment.ts';

/** The first thing to try: the cells of one claim. */
export interface FirstClaim {
  claim: PublishedClaim;
  options: ExperimentOptions;
}

/** The experiment's first published claim on the virtual clock at the place of its answer, and how to measure it. */
export async function firstClaim(experiment: Experiment): Promise<FirstClaim> {
  const { name, answer, kernels, matrices } = experiment;
  const at = (where: PublishedClaim['where'], factor: string) =>
    factor === 'workload' ? (where.workload ?? matrices[0]?.workload) : where[factor];
  const claim = (await claimsOf(name)).find(
    ({ kind, clock, where }) =>
      kind !== 'bar' &&
      clock === 'virtual' &&
      Object.entries(answer?.where ?? {}).every(([factor, value]) => at(where, factor) === value),
  );
  if (claim?.ratio === undefined) throw new TypeError(`${name} has no claim to try first`);
  const { ratio, where, clock } = claim;
  const variants = `${ratio.numerator},${ratio.denominator}`;
  const cells = Object.entries({ ...answer?.where, ...where, variant: variants });
  return {
    claim,
    options: {
      experiment,
      request: {
        profile: 'quick',
        clock,
        only: cells.map(([factor, value]) => ({ factor, values: `${value}`.split(',') })),
        kernels: kernels.map((kernel) => kernel.name),
        seed: 1,
      },
      kernels,
      explain: false,
      force: false,
      command: `${repeatCommand(claim, name)} --seed 1`,
    },
  };
}
