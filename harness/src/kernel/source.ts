import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { cacheRoot, hashFile, hashOf, materialise } from '../host/cache.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { extractPackage } from '../host/packages.ts';
import { debianPackage, expectDebian, fetchDebian } from './debian-source.ts';
import { isKernelTree } from './kernel-tree.ts';
import { type Snapshot, snapshotTree } from './live-tree.ts';
import type { SourceIdentity } from './source-identity.ts';

export interface SourceOptions extends Partial<Context> {
  /** A kernel tarball or tree; without it, the pinned Debian source package. */
  source?: string | undefined;
  /** Fail if the mirrors no longer have the pinned package, instead of taking a newer one. */
  locked?: boolean | undefined;
}

export interface Source extends SourceIdentity {
  dir: string;
  /** Set for a tree of the user, which may change; sources in the cache do not. */
  snapshot?: Snapshot;
}

const whatWouldDo = 'give a tarball or the top folder of a kernel tree';

/** Disk space for the source, the work tree, the objects and the bundle. */
const neededBytes = 6 * 2 ** 30;

/** The identity of obtainSource()'s result, found without a download. */
export async function identifySource({ source, locked }: SourceOptions): Promise<SourceIdentity> {
  return source === undefined ? expectDebian(locked) : readOwn(resolve(source));
}

export async function obtainSource(options: SourceOptions): Promise<Source> {
  const { source, locked, progress } = options;
  if (source === undefined) {
    const expected = expectDebian(locked);
    const dir = join(cacheRoot(), 'source', expected.sha256);
    if (existsSync(dir)) return { ...expected, dir };
    progress?.({ what: 'kernel source: download' });
    const { deb, ...identity } = await fetchDebian(locked);
    return { ...identity, dir: await unpack(identity.sha256, (into) => untarDebian(deb, into), options) };
  }
  const identity = await readOwn(resolve(source));
  if (identity.snapshot !== undefined) return identity;
  return { ...identity, dir: await unpack(identity.sha256, (into) => untar(identity.dir, into), options) };
}

/** A tree, or a packed tarball. */
async function readOwn(path: string): Promise<Source> {
  if (!existsSync(path))
    throw new Failure('usage', `the kernel source ${path} does not exist`, { next: whatWouldDo });
  const identity = { origin: path, dir: path, warnings: [] };
  if (!(await stat(path)).isDirectory()) return { ...identity, sha256: await hashFile(path) };
  if (!isKernelTree(path))
    throw new Failure('usage', `${path} is not a kernel tree: it lacks Kconfig, Makefile or kernel/`, {
      next: whatWouldDo,
    });
  const snapshot = await snapshotTree(path);
  return { ...identity, sha256: hashOf(snapshot), snapshot };
}

function unpack(
  sha256: string,
  fill: (dir: string) => Promise<void>,
  { progress, signal }: SourceOptions,
): Promise<string> {
  const what = 'kernel source: unpack';
  const make = async (dir: string) => {
    progress?.({ what });
    await fill(dir);
  };
  const onWait = () => progress?.({ what: `${what}: waiting for another command that does it` });
  return materialise('source', sha256, make, { needsBytes: neededBytes, onWait, signal });
}

async function untarDebian(deb: string, into: string): Promise<void> {
  const scratch = join(into, '.deb');
  await extractPackage(deb, scratch);
  await untar(join(scratch, 'usr/src', `${debianPackage}.tar.xz`), into);
  await rm(scratch, { recursive: true });
}

/** Unpacks an archive. A full disk shows in tar's message. */
export async function untar(archive: string, into: string): Promise<void> {
  const args = ['-xf', archive, '-C', into, '--strip-components=1'];
  const { failed, stderr } = await execa('tar', args, { reject: false, env: { LC_ALL: 'C' } });
  if (failed) {
    const [why] = stderr.split('\n');
    throw new Failure('usage', `${archive} cannot be unpacked: ${why}`, { next: whatWouldDo });
  }
  if (isKernelTree(into)) return;
  throw new Failure(
    'usage',
    `${archive} holds no kernel tree: its top folder lacks Kconfig, Makefile or kernel/`,
    { next: whatWouldDo },
  );
}
