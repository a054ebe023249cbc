import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { possibleCpus } from '../guest/qemu.ts';
import type { HostSpec } from '../guest/spec.ts';
import { cdat } from './cdat.ts';
import { capacityFor, commasDoubled } from './devices.ts';
import type { FabricRequest } from './fabric.ts';
import { linkGbs, loadNs } from './profile.ts';

/** The node of the processors and of their memory, and the one that the CXL host bridge stands for. */
const [near, bridge] = [0, 1];

/**
 * Tables by which a kernel knows how far each memory is: HMAT from the processors to their memory and to the CXL host
 * bridge, CDAT of the device. QEMU's switches say themselves that they take 150 ns. A kernel gives the CXL window a
 * node of its own only if its firmware names the first.
 */
export function withMemoryTables(spec: HostSpec, { sizeBytes }: Pick<FabricRequest, 'sizeBytes'>): HostSpec {
  const deviceNs = loadNs['local-dram'];
  const deviceTable = join(spec.logDir, 'cdat');
  const bytes = capacityFor(sizeBytes);
  mkdirSync(spec.logDir, { recursive: true });
  writeFileSync(deviceTable, cdat({ bytes, latencyNs: deviceNs, bandwidthGbs: linkGbs['cxl-direct'] }));
  return {
    ...spec,
    qemuArgs: [
      ...['-M', 'hmat=on', '-object', `memory-backend-ram,id=near,size=${spec.memoryMb}M`],
      ...['-numa', `node,nodeid=${near},memdev=near,cpus=0-${possibleCpus(spec.cpus) - 1},initiator=${near}`],
      ...['-numa', `node,nodeid=${bridge},initiator=${near}`],
      ...reached(near, loadNs['local-dram'], linkGbs['local-dram']),
      ...reached(bridge, loadNs['cxl-direct'] - deviceNs, linkGbs['cxl-direct']),
      ...['-global', `driver=cxl-type3,property=cdat,value=${commasDoubled(deviceTable)}`],
      ...spec.qemuArgs,
      ...['-object', `acpi-generic-port,id=cxl-port0,pci-bus=cxl.0,node=${bridge}`],
    ],
  };
}

/** From the processors. */
function reached(node: number, latencyNs: number, bandwidthGbs: number): string[] {
  const path = `hmat-lb,initiator=${near},target=${node},hierarchy=memory`;
  return [
    ...['-numa', `${path},data-type=access-latency,latency=${latencyNs}`],
    ...['-numa', `${path},data-type=access-bandwidth,bandwidth=${bandwidthGbs * 1000}M`],
  ];
}
