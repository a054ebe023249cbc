import type { Fabric } from '../fabric/fabric.ts';
import type { Host } from '../guest/host.ts';

/** A place where a command runs: a host, or a plain process instead of a host. */
export type Place = Pick<Host, 'name' | 'run'>;

/** Places that share one memory. */
export interface SharingPlaces {
  places: readonly Place[];
  /** The path that programs open. */
  device: string;
  /** How it is reached: "cxl-straight", "ivshmem", "plain memory"... */
  memoryPath: string;
  /** Updates that the self-test counted without a loss; 0 for places that need no self-test. */
  testedUpdates: number;
  /** The memory server, which counts and delays operations; undefined without one. */
  server: Fabric['server'];
  /** Hosts on one virtual clock; undefined on the wall clock. */
  lockstep?: LockstepPlaces;
}

export interface LockstepPlaces {
  /** The seed of the order in which they run while something is measured. */
  seed: number;
  /** Lets accesses to the memory take so much longer in what is run next. */
  far(ns: number): void;
}
