import type { Context } from '../host/context.ts';
import type { Fabric, FabricRequest } from './fabric.ts';
import { shm } from './shm.ts';
import { tcp } from './tcp.ts';

export function startFabric(request: FabricRequest, context: Partial<Context> = {}): Promise<Fabric> {
  return request.kind === 'shm' ? shm(request, context) : tcp(request, context);
}
