import { capacityFor, cxlDevice } from './devices.ts';
import type { Fabric, FabricRequest } from './fabric.ts';
import { buildQemu } from './qemu-build.ts';
import { type Server, startServer } from './server.ts';

export type Served = Pick<Server, 'address' | 'statistics' | 'delay' | 'pause' | 'resume' | 'holdOperation'>;

/** The memory is a server's, and every access of a guest a request to it: hosts may be on several machines. */
export async function tcp(request: FabricRequest, signal?: AbortSignal): Promise<Fabric> {
  const { sizeBytes, address, secretFile } = request;
  const qemu = await buildQemu(signal);
  const server = address === undefined ? await startServer(capacityFor(sizeBytes), signal) : undefined;
  const place = server?.address ?? address;
  const secret = secretFile === undefined ? [] : ['-object', `secret,id=fabric-secret,file=${secretFile}`];
  const secretId = secretFile === undefined ? '' : ',secret=fabric-secret';
  return {
    kind: 'tcp',
    sizeBytes,
    memoryPath: 'cxl-forwarded',
    warning: undefined,
    attach: (index) => ({
      qemu,
      emulate: true,
      qemuArgs: [
        ...secret,
        ...cxlDevice(`memory-backend-fabric,addr=${place},host=${index}${secretId}`, sizeBytes, index + 1),
      ],
    }),
    server,
    [Symbol.asyncDispose]: async () => server?.stop(),
  };
}
