/** A memory device tells these figures to its host. */
export interface DeviceFigures {
  bytes: number;
  latencyNs: number;
  bandwidthGbs: number;
}

const headerBytes = 16;
const structureBytes = 24;
const kinds = { memoryRange: 0, performance: 1 } as const;
/** As in ACPI's HMAT, which has the same two. */
const dataTypes = { latency: 0, bandwidth: 3 } as const;

/** The Coherent Device Attribute Table of a device with one range of memory, as QEMU's `cdat=` takes it. */
export function cdat({ bytes, latencyNs, bandwidthGbs }: DeviceFigures): Buffer {
  const table = Buffer.concat([
    Buffer.alloc(headerBytes),
    memoryRange(bytes),
    // In units of a picosecond and of a megabyte a second.
    performance(dataTypes.latency, 1000, latencyNs),
    performance(dataTypes.bandwidth, 1000, bandwidthGbs),
  ]);
  table.writeUInt32LE(table.length, 0);
  table.writeUInt8(1, 4);
  const sum = table.reduce((total, byte) => total + byte, 0);
  table.writeUInt8((256 - (sum % 256)) % 256, 5);
  return table;
}

function structure(kind: number): Buffer {
  const made = Buffer.alloc(structureBytes);
  made.writeUInt8(kind, 0);
  made.writeUInt16LE(structureBytes, 2);
  return made;
}

function memoryRange(bytes: number): Buffer {
  const range = structure(kinds.memoryRange);
  range.writeBigUInt64LE(BigInt(bytes), 16);
  return range;
}

function performance(dataType: number, unit: number, value: number): Buffer {
  const figures = structure(kinds.performance);
  figures.writeUInt8(dataType, 6);
  figures.writeBigUInt64LE(BigInt(unit), 8);
  figures.writeUInt16LE(value, 16);
  return figures;
}
