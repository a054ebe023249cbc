import type { BuildOptions } from '../../host/context.ts';
import { Failure } from '../../host/failure.ts';
import { capacityFor, cxlDevice, fileBackend, ivshmemDevice, testBytes } from '../devices.ts';
import type { Fabric, FabricMeans, FabricRequest, FabricType } from '../fabric.ts';
import { startLockstep } from '../lockstep.ts';
import { memoryFile } from '../memory-file.ts';
import { type ChosenQemu, ourQemu, straightQemu } from '../qemu.ts';

/** One machine: every host maps the same pages, and a guest's atomic is an atomic of this machine's. */
const type: FabricType = {
  kind: 'shm',
  about: 'pages of this machine that all hosts map',
  memoryPaths: ['cxl-straight', 'ivshmem'],
  memoryOrder: 'total-store-order',
  faults: { pauses: ['pause-host'], deaths: ['kill-host'] },
  selfTest: [
    ['--op', 'kinds', '--ops', '20000', '--contended', '100', '--seconds', '60'],
    ['--op', 'lock', '--ops', '20000', '--contended', '20', '--seconds', '15'],
  ],
  updatesASecond: 2_000_000,
  means: async (options) => meansOf(await straightQemu(options)),
  start,
};

function meansOf({ path, straight, why }: ChosenQemu): FabricMeans {
  return straight
    ? { qemu: path, memoryPath: 'cxl-straight', warning: undefined }
    : { qemu: path, memoryPath: 'ivshmem', warning: why };
}

async function start(request: FabricRequest, options: BuildOptions): Promise<Fabric> {
  const { sizeBytes, topology = 'direct' } = request;
  const choose = request.lockstep === undefined ? straightQemu : ourQemu;
  const chosen = request.qemu ?? (await choose(options));
  const means = meansOf(chosen);
  const straight = means.memoryPath === 'cxl-straight';
  if (!straight && topology !== 'direct')
    throw new Failure('infra', `a shared BAR has no CXL topology ${topology}: ${means.warning}`, {
      next: 'leave --cxl-topology out, or use a QEMU that maps CXL windows straight',
    });
  const spanBytes = straight ? capacityFor(sizeBytes) : powerOfTwo(sizeBytes + testBytes);
  const file = memoryFile(spanBytes, sizeBytes + testBytes);
  const backend = fileBackend(file.path);
  const lockstep = request.lockstep && startLockstep(request.lockstep);
  return {
    type,
    sizeBytes,
    memoryPath: means.memoryPath,
    warning: means.warning,
    wholeWhereStockSplits: !chosen.stock,
    profile: undefined,
    attach: (index) => ({
      qemu: means.qemu,
      qemuArgs: [
        ...(straight ? cxlDevice(backend, request, index + 1) : ivshmemDevice(backend, spanBytes)),
        ...(lockstep?.argumentsOf(index) ?? []),
      ],
    }),
    // The memory is as old as the fabric.
    round: async () => 1,
    server: undefined,
    lockstep,
    [Symbol.asyncDispose]: async () => {
      file.close();
      lockstep?.close();
    },
  };
}

/** A BAR's size. */
function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}

export default type;
