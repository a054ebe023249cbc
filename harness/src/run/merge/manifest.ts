import type { BootPlan } from '../../experiment/boot-plan.ts';
import { hashOf } from '../../host/cache.ts';
import { bootsOf } from '../../store/events.ts';
import type { Manifest } from '../../store/manifest.ts';
import { runName } from '../../store/run-folder.ts';
import { rangeText, requestOfAll, unsharded } from './rounds.ts';
import { measuredBoots, type Shard } from './shards.ts';

/** The manifest of a merged run. Its name comes from its shards, so that equal shards give equal bytes. */
export function mergedManifest(shards: readonly Shard[], plan: readonly BootPlan[]): Manifest {
  const manifests = shards.map(({ manifest }) => manifest);
  const [{ shard: _shard, ...first }] = manifests as [Manifest];
  const request = requestOfAll(shards);
  const range = request.boots === undefined ? '' : ` --boots ${rangeText(request.boots)}`;
  const endedAt = latest(manifests.map((manifest) => manifest.endedAt ?? manifest.startedAt));
  const names = manifests.map(({ run }) => run);
  const place = new Map(plan.map(({ name }, order) => [name, order]));
  const boots = shards.flatMap(({ events }) => bootsOf(events));
  return {
    ...first,
    run: runName(first.experiment, new Date(endedAt), hashOf(names).slice(0, 6)),
    command: `${unsharded(shards)}${range}`,
    startedAt: manifests.map(({ startedAt }) => startedAt).sort()[0] ?? first.startedAt,
    endedAt,
    elapsedMs: manifests.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
    resumed: manifests.reduce((sum, { resumed }) => sum + resumed, 0),
    request,
    merged: shards.map(({ part, manifest: { run, testbedId, testbed, host, elapsedMs } }) => ({
      ...{ run, shard: part, testbedId, elapsedMs },
      ...{ cpuModel: testbed.cpuModel, cpus: host.cpus },
    })),
    testbed: (onWall(shards, plan)[0] ?? { manifest: first }).manifest.testbed,
    testbedId: { virtual: first.testbedId.virtual, wall: wallId(shards, plan) ?? first.testbedId.wall },
    boots: boots.sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0)),
  };
}

/** Environments of the wall clock may come from several machines; such a run has an id that no machine has. */
function wallId(shards: readonly Shard[], plan: readonly BootPlan[]): string | undefined {
  const ids = [...new Set(onWall(shards, plan).map(({ manifest }) => manifest.testbedId.wall))].sort();
  return ids.length > 1 ? hashOf(ids).slice(0, 16) : ids[0];
}

function onWall(shards: readonly Shard[], plan: readonly BootPlan[]): Shard[] {
  const names = plan.flatMap(({ clock, name }) => (clock === 'wall' ? [name] : []));
  return shards.filter((shard) => names.some((name) => measuredBoots(shard).has(name)));
}

const latest = (times: string[]) => times.sort().at(-1) ?? '';
