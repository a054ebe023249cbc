import type { MemoryBehaviour } from '../fabric/lockstep.ts';
import { Failure } from '../host/failure.ts';

interface MemoryFlags {
  far?: number | undefined;
  'store-buffer'?: number | undefined;
  'non-coherent': boolean;
}

/** How the memory that hosts in lockstep share behaves. */
export function memoryBehaviour({
  far = 0,
  'store-buffer': storeBuffer = 0,
  'non-coherent': nonCoherent,
}: MemoryFlags): MemoryBehaviour {
  if (nonCoherent && storeBuffer > 0)
    throw new Failure(
      'usage',
      'a store that waits in a --store-buffer would be undone in a line that --non-coherent may have evicted',
      { next: 'leave one of them out' },
    );
  return { storeBuffer, farNs: far, nonCoherent };
}
