import type { Host } from '../guest/host.ts';
import type { SharingPlaces } from './cluster.ts';
import type { Params } from './sample.ts';

/** Where a cell is measured, and at which point of the matrix. */
export interface Site {
  params: Params;
}

/** Both ends are in one host. */
export interface HostSite extends Site {
  host: Host;
}

/** The ends are hosts, or plain processes, that share a memory. */
export interface ClusterSite extends Site {
  cluster: SharingPlaces;
}
