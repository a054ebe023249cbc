import type { Context } from '../host/context.ts';
import { capacityFor, cxlDevice, fileBackend, ivshmemDevice } from './devices.ts';
import type { Fabric, FabricRequest } from './fabric.ts';
import { memoryFile } from './memory-file.ts';
import { straightQemu } from './qemu.ts';

/** One machine: every host maps the same pages, and a guest's atomic is an atomic of this machine's. */
export async function shm(
  { sizeBytes, qemu: wanted }: FabricRequest,
  context: Partial<Context> = {},
): Promise<Fabric> {
  const { path: qemu, straight, why } = wanted ?? (await straightQemu(context));
  const file = memoryFile(straight ? capacityFor(sizeBytes) : powerOfTwo(sizeBytes));
  const backend = fileBackend(file.path);
  return {
    kind: 'shm',
    sizeBytes,
    memoryPath: straight ? 'cxl-straight' : 'ivshmem',
    warning: straight ? undefined : why,
    profile: undefined,
    attach: (index) => {
      const device = straight
        ? cxlDevice(backend, sizeBytes, index + 1)
        : ivshmemDevice(backend, powerOfTwo(sizeBytes));
      return { qemu, qemuArgs: device };
    },
    server: undefined,
    [Symbol.asyncDispose]: async () => file.close(),
  };
}

/** A BAR's size. */
function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}
