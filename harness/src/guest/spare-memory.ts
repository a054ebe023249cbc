import type { HostSpec } from './spec.ts';

const spareMb = 64;
const startMb = 256;
/** With less, the root would lie there while the host boots. */
const leastMb = 384;

/** Memory beside the host's own, which its kernel leaves alone: a place for DaxFS where hosts share none. */
export function spareMemory({ memoryMb, append }: Pick<HostSpec, 'memoryMb' | 'append'>) {
  if (memoryMb < leastMb) return { memoryMb, append };
  const start = `0x${(startMb * 2 ** 20).toString(16)}`;
  return { memoryMb: memoryMb + spareMb, append: [`memmap=${spareMb}M$${start}`, ...append] };
}
