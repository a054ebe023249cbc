import type { BootPlan } from '../../experiment/boot-plan.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { Failure } from '../../host/failure.ts';
import { groupBy } from '../../measure/group.ts';
import { nextBoots } from '../../measure/growth.ts';
import { planBoots } from '../../measure/plan.ts';
import type { BootRange } from '../../measure/plan-request.ts';
import type { PublishedClaim } from '../../measure/published.ts';
import { bootMinutes, bootsOfShard } from '../../measure/shards.ts';
import type { Ratio } from '../../measure/summary.ts';
import type { RunRequest } from '../../store/manifest.ts';
import { resumeCommand } from '../resume.ts';
import { measuredBoots, type Shard } from './shards.ts';

/** Boots to measure, and the command that does it. */
export interface Round {
  boots: string[];
  command: string;
}

/** The request of all shards together: the boots from the first round to the last. */
export function requestOfAll(shards: readonly Shard[]): RunRequest {
  const [{ manifest }] = shards as [Shard];
  const { boots: _boots, ...request } = manifest.request;
  const ranges = shards.flatMap((shard) => shard.manifest.request.boots ?? []);
  if (ranges.length === 0) return request;
  const isBegun = ranges.length < shards.length;
  const from = isBegun ? 0 : Math.min(...ranges.map((range) => range.from));
  return { ...request, boots: { from, to: Math.max(...ranges.map(({ to }) => to)) } };
}

/** Fails unless every boot was measured; names those that were not, each with the command that measures it. */
export function demandComplete(
  shards: readonly Shard[],
  boots: readonly BootPlan[],
  experiment: Experiment,
): void {
  const measured = new Set(shards.flatMap((shard) => [...measuredBoots(shard)]));
  const missing = boots.filter(({ name }) => !measured.has(name));
  if (missing.length === 0) return;
  const byCommand = groupBy(missing, (boot) => commandFor(boot, shards, experiment));
  const lines = [...byCommand].map(
    ([command, members]) => `${members.map(({ name }) => name).join(', ')}: ${command}`,
  );
  const many = missing.length === 1 ? '1 boot was' : `${missing.length} boots were`;
  throw new Failure('usage', `${many} not measured: ${missing.map(({ name }) => name).join(', ')}`, {
    next: `measure them, and merge again\n${lines.join('\n')}`,
  });
}

/** The round that the stop rule asks for; null if the deciding ratio is precise, or the profile does not grow. */
export function nextRound(
  shards: readonly Shard[],
  boots: readonly BootPlan[],
  { matrices }: Experiment,
  ratios: readonly Ratio[],
  claims: readonly PublishedClaim[],
): Round | null {
  const index = Math.max(...boots.map((boot) => boot.index)) + 1;
  const { boots: _boots, ...request } = requestOfAll(shards);
  if (nextBoots({ ...request, matrices }, ratios, claims, index).length === 0) return null;
  const range = { from: index, to: index + 1 };
  const next = planBoots({ ...request, boots: range, matrices });
  return {
    boots: next.map(({ name }) => name),
    command: `${unsharded(shards)} --boots ${rangeText(range)} --shard i/n`,
  };
}

/** The command of the whole plan, without rounds. */
export function unsharded([first]: readonly Shard[]): string {
  return (first as Shard).manifest.command.replace(/ --(?:shard|boots) \S+/g, '');
}

/** As `--boots` reads it. */
export function rangeText({ from, to }: BootRange): string {
  return from === 0 ? `${to}` : `${from + 1}..${to}`;
}

function commandFor({ name, index }: BootPlan, shards: readonly Shard[], experiment: Experiment): string {
  for (const { dir, manifest, part } of shards) {
    if (part.boots.includes(name)) return resumeCommand(manifest, dir);
  }
  for (const { manifest, part } of shards) {
    const { request } = manifest;
    const all = planBoots({ ...request, matrices: experiment.matrices });
    const minutes = bootMinutes(experiment, request.profile);
    const owner = Array.from({ length: part.of }, (_, place) => place + 1).find((place) =>
      bootsOfShard(all, { index: place, of: part.of }, minutes).some((boot) => boot.name === name),
    );
    if (owner !== undefined) return manifest.command.replace(/--shard \S+/, `--shard ${owner}/${part.of}`);
  }
  return `${unsharded(shards)} --boots ${rangeText({ from: index, to: index + 1 })} --shard 1/1`;
}
