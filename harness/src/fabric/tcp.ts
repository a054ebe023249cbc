import type { Context } from '../host/context.ts';
import { capacityFor, cxlDevice } from './devices.ts';
import type { Fabric, FabricRequest } from './fabric.ts';
import { buildQemu } from './qemu-build.ts';
import { startServer } from './server.ts';

/** The memory is a server's, and every access of a guest a request to it: hosts may be on several machines. */
export async function tcp(request: FabricRequest, context: Partial<Context> = {}): Promise<Fabric> {
  const { sizeBytes, address, secretFile, profile, trace } = request;
  const qemu = await buildQemu(context);
  const server =
    address === undefined
      ? await startServer({ memoryBytes: capacityFor(sizeBytes), trace }, context.signal)
      : undefined;
  if (profile !== undefined) await server?.profile('all', profile);
  const place = server?.address ?? address;
  const secret = secretFile === undefined ? [] : ['-object', `secret,id=fabric-secret,file=${secretFile}`];
  const secretId = secretFile === undefined ? '' : ',secret=fabric-secret';
  return {
    kind: 'tcp',
    sizeBytes,
    memoryPath: 'cxl-forwarded',
    warning: undefined,
    profile,
    attach: (index) => ({
      qemu,
      emulate: true,
      qemuArgs: [
        ...secret,
        ...cxlDevice(`memory-backend-fabric,addr=${place},host=${index}${secretId}`, sizeBytes, index + 1),
      ],
    }),
    server,
    [Symbol.asyncDispose]: async () => server?.end(),
  };
}
