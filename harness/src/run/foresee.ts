import type { KernelChoice } from '../experiment/experiment.ts';
import { readCommit } from '../host/commit.ts';
import { kernelId } from '../kernel/resolve.ts';
import { planHash } from '../measure/plan-hash.ts';
import { bootMinutes } from '../measure/shards.ts';
import { type Plan, planSchema } from '../store/plan.ts';
import type { ExperimentOptions } from './experiment.ts';
import { chosenBoots } from './shard.ts';

/** The plan of a run. Builds and boots nothing. */
export async function foresee({ experiment, request, kernels, shard }: ExperimentOptions): Promise<Plan> {
  const zerohop = await readCommit();
  const bundles = await Promise.all(kernels.map(named));
  const minutesOf = bootMinutes(experiment, request.profile);
  const boots = chosenBoots({ experiment, request, ...(shard && { shard }) }).map((boot) => ({
    ...{ name: boot.name, clock: boot.clock, kernel: boot.kernel, seed: boot.seed },
    steps: boot.steps.length,
    minutes: rounded(minutesOf(boot)),
  }));
  const code = { commit: zerohop.commit, bundles: bundles.map(({ bundle }) => bundle) };
  return planSchema.parse({
    ...{ experiment: experiment.name, profile: request.profile, seed: request.seed, zerohop },
    kernels: bundles,
    plan: planHash({ ...request, matrices: experiment.matrices }, code),
    ...(shard && { shard }),
    boots,
    minutes: rounded(boots.reduce((sum, { minutes }) => sum + minutes, 0)),
  });
}

const named = async ({ name, spec }: KernelChoice) => ({ name, bundle: await kernelId(spec) });

const rounded = (minutes: number) => Math.round(minutes * 100) / 100;
