import { z } from 'zod';
import type { BuildOptions } from '../../host/context.ts';
import { commasDoubled, cxlDevice } from '../devices.ts';
import type { Fabric, FabricMeans, FabricRequest, FabricType } from '../fabric.ts';
import type { ChosenQemu } from '../qemu.ts';
import { buildQemu } from '../qemu-build.ts';
import { startServer } from '../server.ts';

/** The memory is a server's, and every access of a guest a request to it: hosts may be on several machines. */
const type: FabricType = {
  kind: 'tcp',
  about: 'memory of a server, which answers every access',
  memoryPaths: ['cxl-forwarded'],
  memoryOrder: 'sequential',
  faults: {
    pauses: ['pause-host', 'pause-server'],
    deaths: ['kill-host', 'kill-host-at', 'kill-server', 'hang-server'],
  },
  selfTest: [
    ['--op', 'kinds', '--ops', '20', '--contended', '20', '--seconds', '120'],
    ['--op', 'lock', '--ops', '200', '--contended', '20', '--seconds', '60'],
  ],
  updatesASecond: 4000,
  means: (options) => means(options),
  start,
};

async function means(options: BuildOptions, chosen?: ChosenQemu): Promise<FabricMeans> {
  return {
    qemu: chosen?.path ?? (await buildQemu(options)),
    memoryPath: 'cxl-forwarded',
    warning: undefined,
  };
}

async function start(request: FabricRequest, options: BuildOptions): Promise<Fabric> {
  const { sizeBytes, address, profile, trace } = request;
  const { qemu, memoryPath, warning } = await means(options, request.qemu);
  const server =
    address === undefined ? await startServer({ memoryBytes: sizeBytes, trace }, options.signal) : undefined;
  if (profile !== undefined) await server?.profile('all', profile);
  return {
    type,
    sizeBytes,
    memoryPath,
    warning,
    wholeWhereStockSplits: true,
    profile,
    attach: (index) => ({
      qemu,
      emulate: true,
      qemuArgs: attachment(server?.address ?? `${address}`, request, index),
    }),
    round: async (host) => z.int().parse(await host.property('/objects/fabric0', 'round')),
    server,
    lockstep: undefined,
    [Symbol.asyncDispose]: async () => server?.end(),
  };
}

function attachment(address: string, request: FabricRequest, index: number): string[] {
  const { sizeBytes, secretFile } = request;
  const place = `addr=${commasDoubled(address)},host=${index},memory=${sizeBytes}`;
  const backend = `memory-backend-fabric,${place}`;
  if (secretFile === undefined) return cxlDevice(backend, request, index + 1);
  return [
    ...['-object', `secret,id=fabric-secret,file=${commasDoubled(secretFile)}`],
    ...cxlDevice(`${backend},secret=fabric-secret`, request, index + 1),
  ];
}

export default type;
