import { wayDown } from './cxl-topology.ts';
import type { FabricRequest } from './fabric.ts';

/** Behind the memory that is asked for: the self-test writes there and nowhere else. One page of a DAX device. */
export const testBytes = 2 * 2 ** 20;

/** A CXL device's capacity and its window come in these steps; the DAX device made of it has the size asked for. */
const stepBytes = 256 * 2 ** 20;

export function capacityFor(sizeBytes: number): number {
  return Math.ceil((sizeBytes + testBytes) / stepBytes) * stepBytes;
}

/** A memory expander, in a window that does not interleave: `backend` is its volatile memory. */
export function cxlDevice(
  backend: string,
  { sizeBytes, topology = 'direct' }: Pick<FabricRequest, 'sizeBytes' | 'topology'>,
  serial: number,
): string[] {
  const capacity = capacityFor(sizeBytes);
  const { devices, port } = wayDown(topology);
  return [
    ...['-M', `cxl=on,cxl-fmw.0.targets.0=cxl.0,cxl-fmw.0.size=${capacity}`],
    ...['-object', `${backend},id=fabric0,size=${capacity}`],
    ...['-device', 'pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl.0'],
    ...devices,
    ...['-device', `cxl-type3,bus=${port},volatile-memdev=fabric0,id=cxl-mem0,sn=0x${serial.toString(16)}`],
  ];
}

/** The memory as a BAR: for a QEMU whose windows are not memory. */
export function ivshmemDevice(backend: string, sizeBytes: number): string[] {
  return [
    ...['-object', `${backend},id=fabric0,size=${sizeBytes}`],
    ...['-device', 'ivshmem-plain,memdev=fabric0'],
  ];
}

export function fileBackend(path: string): string {
  return `memory-backend-file,share=on,mem-path=${commasDoubled(path)}`;
}

/** QEMU ends an option's value at a comma, unless there are two. */
export function commasDoubled(value: string): string {
  return value.replaceAll(',', ',,');
}
