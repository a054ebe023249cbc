import { availableParallelism } from 'node:os';
import type { BootPlan } from '../experiment/boot-plan.ts';
import { bringUp, type GuestMemory } from '../fabric/bring-up.ts';
import { attached, type Fabric, fabricKinds } from '../fabric/fabric.ts';
import { startFabric } from '../fabric/fabrics.ts';
import { selfTest } from '../fabric/self-test.ts';
import type { Host } from '../guest/host.ts';
import { bootHosts } from '../guest/hosts.ts';
import type { HostSpec } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import type { SharingPlaces } from '../workload/cluster.ts';
import { noFabric, processes } from '../workload/processes.ts';
import { machineOf, type TestedKernel } from './machine.ts';

const memoryBytes = 64 * 2 ** 20;

/** The machine of each of several hosts. It has one vCPU, because two hosts keep two cores busy. */
export const clusterMachine = { cpus: 1, memoryMb: 512 } as const;

/** Running hosts, and the state of their shared memory. */
export interface Raised {
  hosts: readonly {
    name: string;
    qemuCommand: readonly string[];
    cpus: readonly number[];
    memory: GuestMemory | null;
  }[];
  memoryPath: string;
  /** Why the preferred memory path is not used. */
  warning: string | undefined;
  /** The cluster, or why its memory failed the self-test. */
  cluster: SharingPlaces | Failure;
}

type Place = Pick<BootPlan, 'factors'>;

export const isOnCluster = ({ factors }: Place): boolean => factors['fabric'] !== undefined;

/** A spec for each host of the boot. Either all hosts are pinned, or none. */
export function clusterSpecs(plan: BootPlan, tested: TestedKernel, logDir: string): HostSpec[] {
  const hosts = plan.factors['fabric'] === noFabric ? 0 : Number(plan.factors['hosts']);
  const common = { ...machineOf(plan, tested, logDir), ...clusterMachine };
  return Array.from({ length: hosts }, (_, index) => ({
    ...common,
    name: `h${index}`,
    seed: plan.seed + index,
    logDir: `${logDir}/h${index}`,
    bootTimeoutMs: common.bootTimeoutMs * hosts,
    unpinned: hosts * clusterMachine.cpus > availableParallelism(),
  }));
}

/** Boots the hosts on their fabric, tests it, calls `use`, and stops everything. */
export async function onCluster(
  plan: BootPlan,
  specs: readonly HostSpec[],
  signal: AbortSignal,
  use: (raised: Raised) => Promise<void>,
): Promise<void> {
  if (specs.length === 0) {
    await using cluster = await processes(Number(plan.factors['hosts']));
    await use({ hosts: [], memoryPath: cluster.memoryPath, warning: undefined, cluster });
    return;
  }
  const request = { kind: kindOf(plan), sizeBytes: memoryBytes, hosts: specs.length };
  await using fabric = await startFabric(request, { signal });
  const hosts = await bootHosts(
    specs.map((spec, index) => attached(fabric, spec, index)),
    { signal },
  );
  try {
    await use(await raise(fabric, hosts));
    await Promise.all(hosts.map((host) => host.powerOff()));
  } finally {
    await Promise.all(hosts.map((host) => host.kill()));
  }
}

function kindOf({ factors }: Place) {
  const kind = fabricKinds.find((known) => known === factors['fabric']);
  if (kind === undefined) throw new TypeError(`unknown fabric ${factors['fabric']}`);
  return kind;
}

async function raise(fabric: Fabric, hosts: readonly Host[]): Promise<Raised> {
  const { kind, sizeBytes, memoryPath, warning, server } = fabric;
  const told = (memories: readonly GuestMemory[]) =>
    hosts.map(({ name, facts }, index) => ({
      name,
      qemuCommand: facts.argv,
      cpus: facts.cpus,
      memory: memories[index] ?? null,
    }));
  let memories: readonly GuestMemory[] = [];
  try {
    memories = await Promise.all(hosts.map((host) => bringUp(host, sizeBytes)));
    const counts = await selfTest(kind, hosts);
    const testedUpdates = counts
      .filter(({ host }) => host === 0)
      .reduce((sum, { total_acknowledged }) => sum + total_acknowledged, 0);
    const cluster = { places: hosts, device: '/dev/fabric', memoryPath, testedUpdates, server };
    return { hosts: told(memories), memoryPath, warning, cluster };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'infra') throw error;
    return { hosts: told(memories), memoryPath, warning, cluster: error };
  }
}
