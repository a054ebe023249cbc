import { basename } from 'node:path';
import type { BootPlan } from '../../experiment/boot-plan.ts';
import { Failure } from '../../host/failure.ts';
import { groupBy } from '../../measure/group.ts';
import { measuredBoots, type Shard } from './shards.ts';

/** These must be equal in all shards, most telling first: the plan's hash covers the commit and the bundles. */
const alike: readonly [string, (shard: Shard) => string][] = [
  ['commits', ({ manifest: { zerohop } }) => zerohop.commit],
  ['kernel bundles', ({ manifest: { kernels } }) => kernels.map(({ bundle }) => bundle).join(' and ')],
  ['plans', ({ part }) => part.plan],
  ['root filesystems', ({ manifest: { testbed } }) => testbed.rootHash],
  ['testbeds of the virtual clock', ({ manifest: { testbedId } }) => testbedId.virtual],
];

/** Fails unless the shards are parts of one plan, measured by one clean commit, each boot once. */
export function demandOnePlan(shards: readonly Shard[]): void {
  const dirty = shards.find(({ manifest }) => manifest.zerohop.dirty);
  if (dirty !== undefined)
    throw refused(`${nameOf(dirty)} was measured by a tree that differs from its commit`, 'commit first');
  for (const [what, factOf] of alike) demandAlike(shards, what, factOf);
  for (const round of groupBy(shards, ({ manifest }) => JSON.stringify(manifest.request.boots)).values())
    demandAlike(round, 'numbers of shards', ({ part }) => `${part.of}`);
  const owners = new Map<string, Shard>();
  for (const shard of shards)
    for (const boot of measuredBoots(shard)) {
      const other = owners.get(boot);
      if (other !== undefined)
        throw refused(
          `${nameOf(other)} and ${nameOf(shard)} both have boot ${boot}`,
          'leave one of them out',
        );
      owners.set(boot, shard);
    }
}

/** Fails if boots of one wall-clock environment come from several machines: their ratios would not be paired. */
export function demandOneMachine(shards: readonly Shard[], boots: readonly BootPlan[]): void {
  const wall = boots.filter(({ clock }) => clock === 'wall');
  const environments = groupBy(wall, ({ idle, factors }) => JSON.stringify([idle, factors]));
  for (const members of environments.values()) {
    const names = members.map(({ name }) => name);
    const theirs = shards.filter((shard) => names.some((name) => measuredBoots(shard).has(name)));
    demandAlike(theirs, `testbeds of ${names[0]} and its like`, ({ manifest }) => manifest.testbedId.wall);
  }
}

function demandAlike(shards: readonly Shard[], what: string, factOf: (shard: Shard) => string): void {
  const values = groupBy(shards, factOf);
  if (values.size < 2) return;
  const list = [...values].map(([value, members]) => `${value} in ${members.map(nameOf).join(', ')}`);
  throw refused(
    `the shards have different ${what}: ${list.join('; ')}`,
    'merge shards of one plan (experiment NAME -- --dry-run --json shows its hash)',
  );
}

const nameOf = ({ dir }: Shard) => basename(dir);

const refused = (what: string, next: string) => new Failure('usage', what, { next });
