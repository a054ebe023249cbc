import type { HostSpec } from '../guest/spec.ts';
import type { GuestMemory } from './bring-up.ts';
import type { LatencyProfile } from './profile.ts';
import type { ChosenQemu } from './qemu.ts';
import type { HostStatistics, Server } from './server.ts';

export const fabricKinds = ['shm', 'tcp'] as const;
export type FabricKind = (typeof fabricKinds)[number];

export interface FabricRequest {
  kind: FabricKind;
  sizeBytes: number;
  hosts: number;
  /** tcp: a server that runs already, as ADDRESS:PORT; without it one is started here. */
  address?: string;
  /** tcp: a file whose first line the server's is to be; only with `address`. */
  secretFile?: string;
  /** tcp: how long accesses take; only of a server that is started here, like `trace`, a file for every operation. */
  profile?: LatencyProfile;
  trace?: string;
  /** shm: instead of the best that this machine has. */
  qemu?: ChosenQemu;
}

/** What a host gets from the fabric. */
export type Attachment = Pick<HostSpec, 'qemuArgs' | 'emulate'> & { qemu: string };

/** How guests come to the memory: a result without it cannot be judged. */
export const memoryPaths = ['cxl-straight', 'cxl-forwarded', 'ivshmem'] as const;
export type MemoryPath = (typeof memoryPaths)[number];

/** One memory for several hosts. Whatever ends, nothing of it is left. */
export interface Fabric extends AsyncDisposable {
  readonly kind: FabricKind;
  readonly sizeBytes: number;
  readonly memoryPath: MemoryPath;
  /** Why it is not the memory path that was hoped for. */
  readonly warning: string | undefined;
  readonly profile: LatencyProfile | undefined;
  attach(index: number): Attachment;
  /** The server that counts, delays and holds operations; shm has none. */
  readonly server: Server | undefined;
}

/** A host on the fabric, under that number. */
export function attached(fabric: Fabric, spec: HostSpec, index: number): HostSpec {
  const { qemuArgs, ...rest } = fabric.attach(index);
  return { ...spec, ...rest, qemuArgs: [...qemuArgs, ...spec.qemuArgs] };
}

/** What a result says about the fabric that it was measured on. */
export interface FabricFacts {
  kind: FabricKind;
  sizeBytes: number;
  memoryPath: MemoryPath;
  warning: string | undefined;
  profile: LatencyProfile | undefined;
  /** What the hosts' own drivers have made of it. */
  memories: readonly GuestMemory[];
  /** What each host has done; only of a server of ours. */
  hosts: readonly HostStatistics[];
}

export async function inspectFabric(
  fabric: Fabric,
  memories: readonly GuestMemory[] = [],
): Promise<FabricFacts> {
  const { kind, sizeBytes, memoryPath, warning, profile } = fabric;
  const hosts = (await fabric.server?.statistics()) ?? [];
  return { kind, sizeBytes, memoryPath, warning, profile, memories, hosts };
}
