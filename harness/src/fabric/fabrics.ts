import type { Fabric, FabricRequest } from './fabric.ts';
import { shm } from './shm.ts';
import { tcp } from './tcp.ts';

export function startFabric(request: FabricRequest, signal?: AbortSignal): Promise<Fabric> {
  return request.kind === 'shm' ? shm(request, signal) : tcp(request, signal);
}
