import type { BootPlan } from '../experiment/boot-plan.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { planBoots } from './plan.ts';
import type { Profile } from './summary.ts';

/** `--shard i/n`: one of n parts, counted from 1. */
export interface ShardChoice {
  index: number;
  of: number;
}

/** Divides work among `of` shards of about equal minutes: the longest item first, to the shard with the least. */
export function divide<T>(items: readonly T[], of: number, minutesOf: (item: T) => number): T[][] {
  const shards = Array.from({ length: of }, () => ({ items: [] as T[], minutes: 0 }));
  for (const item of items.toSorted((a, b) => minutesOf(b) - minutesOf(a))) {
    const lightest = shards.reduce((least, shard) => (shard.minutes < least.minutes ? shard : least));
    lightest.items.push(item);
    lightest.minutes += minutesOf(item);
  }
  return shards.map((shard) => items.filter((item) => shard.items.includes(item)));
}

/** The boots of one shard, in the plan's order; none if there are more shards than boots. */
export function bootsOfShard(
  boots: readonly BootPlan[],
  { index, of }: ShardChoice,
  minutesOf: (boot: BootPlan) => number,
): BootPlan[] {
  return divide(boots, of, minutesOf)[index - 1] ?? [];
}

/** Estimates a boot's minutes: its steps' share of what the experiment declares for the whole profile. */
export function bootMinutes(
  { matrices, minutes, kernels }: Pick<Experiment, 'matrices' | 'minutes' | 'kernels'>,
  profile: Profile,
): (boot: BootPlan) => number {
  const names = kernels.map(({ name }) => name);
  const whole = planBoots({ matrices, profile, only: [], kernels: names, seed: 0 });
  const steps = whole.reduce((sum, boot) => sum + boot.steps.length, 0);
  return (boot) => (minutes[profile] * boot.steps.length) / steps;
}
