import type { HostSpec } from '../guest/spec.ts';
import { shm } from './shm.ts';
import { type Served, tcp } from './tcp.ts';

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
}

/** What a host gets from the fabric; qemuArgs come after the host's own. */
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
  attach(index: number): Attachment;
  /** The server that counts, delays and holds operations; shm has none. */
  readonly server: Served | undefined;
}

export function startFabric(request: FabricRequest, signal?: AbortSignal): Promise<Fabric> {
  return request.kind === 'shm' ? shm(request, signal) : tcp(request, signal);
}
