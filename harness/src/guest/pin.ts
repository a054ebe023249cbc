import { execa } from 'execa';
import { tryLock } from '../host/lock.ts';
import { cores, pinOrder } from '../host/topology.ts';
import type { Qmp } from './qmp.ts';
import type { HostSpec } from './spec.ts';

export interface Pinning {
  /** The CPU of each vCPU; empty if they are not pinned. */
  cpus: readonly number[];
  release: () => void;
}

/**
 * Pins each vCPU to its own CPU for the host's lifetime, if enough CPUs are free. No two hosts of this harness share
 * a CPU, and two vCPUs share a core only if every core is taken. On the virtual clock all vCPUs are one thread, and
 * its CPU does not affect the figures.
 */
export async function pinVcpus(spec: HostSpec, qmp: Qmp): Promise<Pinning> {
  if (spec.clock === 'virtual' || spec.unpinned) return unpinned;
  const claims = await claimCpus(spec.cpus);
  if (claims.length < spec.cpus) {
    for (const { release } of claims) release();
    return unpinned;
  }
  const release = () => {
    for (const claim of claims) claim.release();
  };
  const vcpus = (await qmp.execute('query-cpus-fast')) as { 'thread-id': number }[];
  for (const [index, { cpu }] of claims.entries()) {
    const { failed } = await execa('taskset', ['-cp', `${cpu}`, `${vcpus[index]?.['thread-id']}`], {
      reject: false,
    });
    if (failed) return { cpus: [], release };
  }
  return { cpus: claims.map(({ cpu }) => cpu), release };
}

/** A warning for the readers of the figures if the host shares CPUs with other processes; null if it does not. */
export function pinningWarning({ name, clock, unpinned }: Pinnable, cpus: readonly number[]): string | null {
  if (clock === 'virtual' || unpinned || cpus.length > 0) return null;
  return `the vCPUs of ${name} are not pinned: too few CPUs of this machine were free, or taskset failed`;
}

type Pinnable = Pick<HostSpec, 'name' | 'clock' | 'unpinned'>;

const unpinned: Pinning = { cpus: [], release: () => {} };

async function claimCpus(count: number) {
  const claims: { cpu: number; release: () => void }[] = [];
  for (const cpu of pinOrder(await cores())) {
    if (claims.length === count) break;
    const release = await tryLock(`cpu ${cpu}`);
    if (release !== undefined) claims.push({ cpu, release });
  }
  return claims;
}
