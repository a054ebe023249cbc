import type { Fabric } from '../fabric/fabric.ts';
import type { Host } from '../guest/host.ts';

/** Where a command can run: a host, or this machine in a host's place. */
export type Place = Pick<Host, 'name' | 'run'>;

/** Places that share one memory. */
export interface SharingPlaces {
  places: readonly Place[];
  /** The memory, as programs open it. */
  device: string;
  /** How it is reached: "cxl-straight", "ivshmem", "plain memory"... */
  memoryPath: string;
  /** Updates that the self-test has counted without a loss; 0 of places that need none. */
  testedUpdates: number;
  /** Counts operations and delays them, where the memory lives in a server. */
  server: Fabric['server'];
}
