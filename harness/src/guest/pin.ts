import { execa } from 'execa';
import { tryLock } from '../host/lock.ts';
import { cores, pinOrder } from '../host/topology.ts';
import type { Qmp } from './qmp.ts';
import type { HostSpec } from './spec.ts';

export interface Pinning {
  /** The core of each vCPU; empty if they are not pinned. */
  cores: readonly number[];
  release: () => void;
}

/**
 * Gives each vCPU a core of its own for as long as the host lives, if that many are free: no two hosts of ours
 * get the same one. On the virtual clock all vCPUs are one thread, and where it runs does not show.
 */
export async function pinVcpus(spec: HostSpec, qmp: Qmp): Promise<Pinning> {
  if (spec.clock === 'virtual' || spec.unpinned) return unpinned;
  const claims = await claimCores(spec.cpus);
  if (claims.length < spec.cpus) {
    for (const { release } of claims) release();
    return unpinned;
  }
  const vcpus = (await qmp.execute('query-cpus-fast')) as { 'thread-id': number }[];
  for (const [index, { core }] of claims.entries())
    await execa('taskset', ['-cp', `${core}`, `${vcpus[index]?.['thread-id']}`], { reject: false });
  return {
    cores: claims.map(({ core }) => core),
    release: () => {
      for (const { release } of claims) release();
    },
  };
}

const unpinned: Pinning = { cores: [], release: () => {} };

async function claimCores(count: number) {
  const claims: { core: number; release: () => void }[] = [];
  for (const core of pinOrder(await cores())) {
    if (claims.length === count) break;
    const release = await tryLock(`core ${core}`);
    if (release !== undefined) claims.push({ core, release });
  }
  return claims;
}
