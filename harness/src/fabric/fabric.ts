import type { Host } from '../guest/host.ts';
import type { HostSpec } from '../guest/spec.ts';
import type { BuildOptions } from '../host/context.ts';
import type { GuestMemory } from './bring-up.ts';
import type { CxlTopology } from './cxl-topology.ts';
import type { Lockstep, LockstepRequest } from './lockstep.ts';
import type { LatencyProfile } from './profile.ts';
import type { ChosenQemu } from './qemu.ts';
import type { HostStatistics, Server } from './server.ts';

export interface FabricRequest {
  kind: string;
  sizeBytes: number;
  /** The CXL switches between a host and its device; `direct` if absent. */
  topology?: CxlTopology;
  /** tcp: a server that runs already, as ADDRESS:PORT; without it one is started here. */
  address?: string;
  /** tcp: a file whose first line is the server's secret; only with `address`. */
  secretFile?: string;
  /** tcp: how long accesses take; only of a server that is started here, like `trace`, a file for every operation. */
  profile?: LatencyProfile;
  trace?: string;
  /** shm: the hosts share one virtual clock. */
  lockstep?: LockstepRequest;
  /** Instead of the best that this machine has. */
  qemu?: ChosenQemu;
}

/** How guests come to the memory: a result without it cannot be judged. */
export type MemoryPath = 'cxl-straight' | 'cxl-forwarded' | 'ivshmem';

export type FaultKind =
  | ('pause-host' | 'kill-host' | 'kill-host-at')
  | ('pause-server' | 'kill-server' | 'hang-server');

/** The emulator of the hosts, and how it brings them to the memory. */
export interface FabricMeans {
  qemu: string;
  memoryPath: MemoryPath;
  /** Why it is not the best memory path. */
  warning: string | undefined;
}

/** The order in which hosts see each other's accesses: with a store buffer, or without. */
export type MemoryOrder = 'total-store-order' | 'sequential';

/** One way to share memory: a file of kinds/ exports one by default, and nothing else names it. */
export interface FabricType {
  readonly kind: string;
  readonly about: string;
  readonly memoryPaths: readonly MemoryPath[];
  readonly memoryOrder: MemoryOrder;
  readonly faults: { readonly pauses: readonly FaultKind[]; readonly deaths: readonly FaultKind[] };
  /** Arguments of zerohop-cas, a run each. */
  readonly selfTest: readonly (readonly string[])[];
  /** Roughly, for one host. Tests choose their length by it. */
  readonly updatesASecond: number;
  means(options: BuildOptions): Promise<FabricMeans>;
  start(request: FabricRequest, options: BuildOptions): Promise<Fabric>;
}

export type Attachment = Pick<HostSpec, 'qemuArgs' | 'emulate'> & { qemu: string };

/** One memory for several hosts. Nothing of it is left after its disposal, or after our death. */
export interface Fabric extends AsyncDisposable, Pick<FabricMeans, 'memoryPath' | 'warning'> {
  /** Whether an access is also whole that a stock QEMU splits: a vector, and a locked one that is not aligned. */
  readonly wholeWhereStockSplits: boolean;
  readonly type: FabricType;
  readonly sizeBytes: number;
  readonly profile: LatencyProfile | undefined;
  attach(index: number): Attachment;
  /** By which the hosts that are there now differ from earlier ones on the same memory. */
  round(host: Host): Promise<number>;
  /** The server that counts, delays and holds operations; undefined where there is none of ours. */
  readonly server: Server | undefined;
  /** Defined if the hosts share one virtual clock. */
  readonly lockstep: Lockstep | undefined;
}

/**
 * A host on the fabric, under that number. A kernel that sees one CPU would patch the LOCK prefixes out of itself,
 * and other hosts are CPUs that it does not see. When memory goes bad, Linux dies of the machine check of an AMD CPU,
 * which is what QEMU emulates otherwise; and it must not wait until somebody reads it again, because a DAX device then
 * gives the page back.
 */
export function attached(fabric: Fabric, spec: HostSpec, index: number): HostSpec {
  const { qemuArgs, ...rest } = fabric.attach(index);
  return {
    ...spec,
    ...rest,
    qemuArgs: [...qemuArgs, ...spec.qemuArgs],
    append: ['noreplace-smp', 'sysctl.vm.memory_failure_early_kill=1', ...spec.append],
    intel: true,
  };
}

/** A result records these facts of the fabric that it was measured on. */
export interface FabricFacts extends Pick<Fabric, 'sizeBytes' | 'memoryPath' | 'warning' | 'profile'> {
  kind: string;
  /** The devices that the drivers of each host made. */
  memories: readonly GuestMemory[];
  /** The operations of each host. Empty if the fabric has no server of ours. */
  hosts: readonly HostStatistics[];
}

export async function inspectFabric(
  fabric: Fabric,
  memories: readonly GuestMemory[] = [],
): Promise<FabricFacts> {
  const { type, sizeBytes, memoryPath, warning, profile } = fabric;
  const hosts = (await fabric.server?.statistics()) ?? [];
  return { kind: type.kind, sizeBytes, memoryPath, warning, profile, memories, hosts };
}
