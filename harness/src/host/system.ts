import { existsSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';

/** This machine, for manifests and doctor. */
export interface System {
  distribution: string;
  kernel: string;
  arch: string;
  cpuModel: string;
  cpus: number;
  memoryBytes: number;
  node: string;
}

export async function system(): Promise<System> {
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return {
    distribution: /^PRETTY_NAME="?([^"\n]*)/m.exec(osRelease)?.[1] ?? 'unknown',
    kernel: release(),
    arch: process.arch,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
  };
}

/** The free space on the disk of `path`, which need not exist yet. */
export async function freeDiskBytes(path: string): Promise<number> {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  return bavail * bsize;
}
