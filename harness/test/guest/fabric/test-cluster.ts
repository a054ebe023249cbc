import { rm } from 'node:fs/promises';
import { type Cluster, startCluster } from '../../../src/fabric/cluster.ts';
import type { FabricKind, FabricRequest } from '../../../src/fabric/fabric.ts';
import { newLogFolder } from '../../../src/guest/log-folder.ts';
import type { HostSpec } from '../../../src/guest/spec.ts';
import { testSpec } from '../test-host.ts';

const mib = 2 ** 20;
export const sizes: Readonly<Record<FabricKind, number>> = { shm: 256 * mib, tcp: 64 * mib };

const cleanups: (() => Promise<unknown>)[] = [];

/** For afterEach or afterAll: hosts, then fabrics, then logs. */
export async function endClusters(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export interface TestCluster {
  hosts?: number;
  host?: Partial<HostSpec>;
  request?: Partial<FabricRequest>;
}

export async function testCluster(
  kind: FabricKind,
  { hosts = 2, host = {}, request = {} }: TestCluster = {},
): Promise<Cluster> {
  const specs = await Promise.all(Array.from({ length: hosts }, (_, index) => specOf(index, host)));
  const cluster = await startCluster({ kind, sizeBytes: sizes[kind], hosts, ...request }, specs);
  cleanups.push(async () => cluster[Symbol.asyncDispose]());
  return cluster;
}

async function specOf(index: number, changes: Partial<HostSpec>): Promise<HostSpec> {
  const logDir = await newLogFolder('tests');
  cleanups.push(() => rm(logDir, { recursive: true, force: true }));
  return testSpec({ name: `h${index}`, logDir, ...changes });
}
