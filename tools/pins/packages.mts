import { join } from 'node:path';
import { qemuSuite } from '../../harness/src/fabric/qemu-build.ts';
import { layers } from '../../harness/src/guest/root/layer.ts';
import { Failure } from '../../harness/src/host/failure.ts';
import { fetchPackage, type PackageRequest, sourcePackage } from '../../harness/src/host/packages.ts';

const [netperf] = layers.netperf.packages;

/** Where each pinned package comes from, and the command that builds what is made from it. */
export const pinned = {
  'linux-source-6.12': {
    kind: 'binary',
    request: { name: 'linux-source-6.12' },
    rebuild: ['npm', 'run', 'kernel', '--', 'build', '--locked'],
  },
  netperf: {
    kind: 'binary',
    request: { name: netperf.name, suite: netperf.suite, component: netperf.component },
    rebuild: ['npm', 'run', 'guest', '--', '--', 'netperf', '-V'],
  },
  qemu: {
    kind: 'source',
    request: { name: 'qemu', suite: qemuSuite },
    rebuild: ['npm', 'run', 'guest', '--', '--hosts', '2', '--fabric', 'shm', '--cxl', '256M', '--', 'true'],
  },
} as const satisfies Record<string, { kind: string; request: PackageRequest; rebuild: readonly string[] }>;

export type PinnedName = keyof typeof pinned;

export interface Obtained {
  version: string;
  /** Hash of the archive that the pin names. */
  sha256: string;
  path: string;
}

export function isPinned(name: string): name is PinnedName {
  return name in pinned;
}

export async function obtain(name: PinnedName, version: string): Promise<Obtained> {
  const { kind, request } = pinned[name];
  if (kind === 'binary') {
    const { path, sha256, version: found } = await fetchPackage({ ...request, version });
    return { path, sha256, version: found };
  }
  const source = await sourcePackage({ ...request, version });
  const archive = source.files.find((file) => file.name.includes('.orig.'));
  if (archive === undefined)
    throw new Failure('infra', `the source package of ${name} ${version} has no upstream archive`, {
      next: 'give the version of another upload',
    });
  return { path: join(source.dir, archive.name), sha256: archive.sha256, version };
}
