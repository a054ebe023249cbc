import type { Fabric } from '../fabric/fabric.ts';
import type { Host } from '../guest/host.ts';
import type { Params, Proof } from './sample.ts';
import type { Measurement, Session, WorkloadProgram } from './workload.ts';

/** Where a command can run: a host, or this machine in a host's place. */
export type Place = Pick<Host, 'name' | 'run'>;

/** Places that share one memory. */
export interface Cluster {
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

/** One cell about to be measured on a cluster. */
export interface ClusterSite {
  cluster: Cluster;
  variantName: string;
  params: Params;
}

/** What one sample gave, and what shows that it was this memory that gave it. */
export interface ClusterMeasurement extends Pick<Measurement, 'values' | 'transactions' | 'raw'> {
  proof: Proof;
  /** What a reader must not overlook: the sample stands, and the cell has failed. */
  fault?: string;
}

export interface ClusterSession extends Omit<Session, 'sample'> {
  sample(): Promise<ClusterMeasurement>;
}

/** A workload that runs in several places at once. */
export interface ClusterProgram extends Pick<WorkloadProgram, 'layers' | 'pinned'> {
  open(site: ClusterSite): Promise<ClusterSession>;
}
