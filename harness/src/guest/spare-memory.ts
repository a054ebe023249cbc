import type { HostSpec } from './spec.ts';

const spareMb = 64;
const startMb = 256;
/** With less, the root would lie there while the host boots. */
const leastMb = 384;

/** Where the spare memory of a host is. */
export const spareRegion = { start: startMb * 2 ** 20, bytes: spareMb * 2 ** 20 } as const;

/** Has the kernel leave it alone. */
export const spareOption = `memmap=${spareMb}M$0x${spareRegion.start.toString(16)}`;

/** Memory beside the host's own, which its kernel leaves alone: a place for DaxFS where hosts share none. */
export function spareMemory({ memoryMb, append }: Pick<HostSpec, 'memoryMb' | 'append'>) {
  if (memoryMb < leastMb) return { memoryMb, append };
  return { memoryMb: memoryMb + spareMb, append: [spareOption, ...append] };
}
