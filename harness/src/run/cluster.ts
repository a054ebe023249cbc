import { availableParallelism } from 'node:os';
import type { BootPlan } from '../experiment/boot-plan.ts';
import type { GuestMemory } from '../fabric/bring-up.ts';
import { type RaisedHosts, raiseHosts } from '../fabric/raise.ts';
import { selfTest, testedUpdates } from '../fabric/self-test.ts';
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
export function clusterSpecs(plan: BootPlan, kernel: TestedKernel, logDir: string): HostSpec[] {
  const hosts = plan.factors['fabric'] === noFabric ? 0 : Number(plan.factors['hosts']);
  const common = { ...machineOf(plan, kernel, logDir), ...clusterMachine };
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
  const request = { kind: `${plan.factors['fabric']}`, sizeBytes: memoryBytes };
  await using raised = await raiseHosts(request, specs, { signal });
  await use(await tested(raised));
  await Promise.all(raised.hosts.map((host) => host.powerOff()));
}

async function tested(raised: RaisedHosts): Promise<Raised> {
  const { fabric, hosts, memories } = raised;
  const { memoryPath, warning, server } = fabric;
  const told = hosts.map(({ name, facts }, index) => ({
    name,
    qemuCommand: facts.argv,
    cpus: facts.cpus,
    memory: memories[index] ?? null,
  }));
  try {
    const updates = testedUpdates(await selfTest(raised));
    const cluster = { places: hosts, device: '/dev/fabric', memoryPath, testedUpdates: updates, server };
    return { hosts: told, memoryPath, warning, cluster };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'infra') throw error;
    return { hosts: told, memoryPath, warning, cluster: error };
  }
}
