import type { BootPlan } from '../experiment/boot-plan.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { Failure } from '../host/failure.ts';
import { planBoots } from '../measure/plan.ts';
import { planHash } from '../measure/plan-hash.ts';
import type { PlanRequest } from '../measure/plan-request.ts';
import { bootMinutes, bootsOfShard, type ShardChoice } from '../measure/shards.ts';
import type { Manifest, ManifestStart, RunRequest } from '../store/manifest.ts';

interface Asked {
  experiment: Experiment;
  request: RunRequest;
  shard?: ShardChoice;
}

/** The boots of a new run: all of its plan, or those of a shard. */
export function chosenBoots({ experiment, request, shard }: Asked): BootPlan[] {
  const all = planBoots({ ...request, matrices: experiment.matrices });
  if (shard === undefined) return all;
  const boots = bootsOfShard(all, shard, bootMinutes(experiment, request.profile));
  if (boots.length > 0) return boots;
  const { index, of } = shard;
  throw new Failure(
    'usage',
    `shard ${index}/${of} has nothing to measure: the plan has ${all.length} boots`,
    {
      next: `divide it by at most ${all.length}`,
    },
  );
}

/** The boots that a run began with. */
export function recordedBoots({ shard }: Pick<Manifest, 'shard'>, plan: PlanRequest): BootPlan[] {
  const all = planBoots(plan);
  return shard === undefined ? all : all.filter(({ name }) => shard.boots.includes(name));
}

/** The entry of a part of a plan in the manifest. */
export function shardOf(
  shard: ShardChoice,
  boots: readonly BootPlan[],
  matrices: PlanRequest['matrices'],
  { request, zerohop: { commit }, kernels }: ManifestStart,
): Manifest['shard'] {
  const bundles = kernels.map(({ bundle }) => bundle);
  const plan = planHash({ ...request, matrices }, { commit, bundles });
  return { ...shard, plan, boots: boots.map(({ name }) => name) };
}
