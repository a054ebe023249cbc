import type { HostSpec } from './spec.ts';

const spareMb = 64;
const startMb = 256;
/** With less, the root would lie there while the host boots. */
const leastMb = 384;

/** A range of physical memory, bytes. */
export interface MemoryRange {
  start: number;
  bytes: number;
}

const megabytes = (start: number, bytes: number): MemoryRange => ({
  start: start * 2 ** 20,
  bytes: bytes * 2 ** 20,
});

/** Where the spare memory of a host is. */
export const spareRegion = megabytes(startMb, spareMb);
/** Behind it, in hosts that have one: /dev/pmem0. mkfs.xfs asks for 300 MB. */
export const pmemRegion = megabytes(startMb + spareMb, 320);

const optionFor = (kind: '$' | '!', { start, bytes }: MemoryRange) =>
  `memmap=${bytes / 2 ** 20}M${kind}0x${start.toString(16)}`;

/** Has the kernel leave it alone. */
const spareOption = optionFor('$', spareRegion);
/** Has the kernel leave both alone, and make a device of the second. */
export const spareOptions = [spareOption, optionFor('!', pmemRegion)];

/** Memory beside the host's own, which its kernel leaves alone: a place for DaxFS where hosts share none. */
export function spareMemory({ memoryMb, append }: Pick<HostSpec, 'memoryMb' | 'append'>) {
  if (memoryMb < leastMb) return { memoryMb, append };
  return { memoryMb: memoryMb + spareMb, append: [spareOption, ...append] };
}
