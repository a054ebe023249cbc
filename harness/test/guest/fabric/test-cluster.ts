import { rm } from 'node:fs/promises';
import type { FabricRequest } from '../../../src/fabric/fabric.ts';
import { type RaisedHosts, raiseHosts } from '../../../src/fabric/raise.ts';
import { newLogFolder } from '../../../src/guest/log-folder.ts';
import type { HostSpec } from '../../../src/guest/spec.ts';
import { testSpec } from '../test-host.ts';

const mib = 2 ** 20;
export const sizes: { shm: number; tcp: number } = { shm: 256 * mib, tcp: 64 * mib };

const cleanups: (() => PromiseLike<unknown>)[] = [];

/** For afterEach or afterAll: hosts, then fabrics, then logs. */
export async function endClusters(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export function cleanUpLater(cleanup: () => PromiseLike<unknown>): void {
  cleanups.push(cleanup);
}

export interface TestCluster {
  hosts?: number;
  host?: Partial<HostSpec>;
  request?: Partial<FabricRequest>;
}

export async function testCluster(
  kind: keyof typeof sizes,
  { hosts = 2, host = {}, request = {} }: TestCluster = {},
): Promise<RaisedHosts> {
  const specs = await specsOf(hosts, host);
  const cluster = await raiseHosts({ kind, sizeBytes: sizes[kind], ...request }, specs);
  cleanups.push(async () => cluster[Symbol.asyncDispose]());
  return cluster;
}

export function specsOf(hosts: number, changes: Partial<HostSpec> = {}): Promise<HostSpec[]> {
  return Promise.all(Array.from({ length: hosts }, (_, index) => specOf(index, changes)));
}

async function specOf(index: number, changes: Partial<HostSpec>): Promise<HostSpec> {
  const logDir = await newLogFolder('tests');
  cleanups.push(() => rm(logDir, { recursive: true, force: true }));
  return testSpec({ name: `h${index}`, logDir, ...changes });
}
