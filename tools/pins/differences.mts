import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'zx';
import { patchDir } from '../../harness/src/fabric/qemu-build.ts';
import { Failure } from '../../harness/src/host/failure.ts';
import { extractPackage, PackageNotFound } from '../../harness/src/host/packages.ts';
import type { Pin } from '../../harness/src/host/versions.ts';
import { makeOverlay } from '../../harness/src/kernel/overlay.ts';
import { readPatchSet } from '../../harness/src/kernel/patches.ts';
import { untar } from '../../harness/src/kernel/source.ts';
import { type Obtained, obtain, type PinnedName } from './packages.mts';

const shown = 20;

/** Differences between the pinned package and the new one, and our patches that no longer apply. */
export async function differences(name: PinnedName, before: Pin, now: Obtained): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-pins-'));
  try {
    const [old, fresh] = [join(dir, 'old'), join(dir, 'new')];
    await unpack(name, now.path, fresh);
    const complaints = await patchComplaints(name, fresh, dir);
    try {
      await unpack(name, (await obtain(name, before.version)).path, old);
    } catch (error) {
      if (!(error instanceof PackageNotFound)) throw error;
      return [
        `the mirrors no longer have ${before.version}, so that no difference can be shown`,
        ...complaints,
      ];
    }
    return [...(await changedFiles(old, fresh)), ...complaints];
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function unpack(name: PinnedName, archive: string, into: string): Promise<void> {
  await $`mkdir ${into}`;
  if (name === 'qemu') {
    await $`tar -xf ${archive} -C ${into} --strip-components=1`;
    return;
  }
  await extractPackage(archive, into);
  if (name !== 'linux-source-6.12') return;
  const tree = join(into, 'usr/src', `${name}.tar.xz`);
  await $`mkdir ${join(into, 'tree')}`;
  await untar(tree, join(into, 'tree'));
  await rm(tree);
}

async function patchComplaints(name: PinnedName, tree: string, dir: string): Promise<string[]> {
  if (name === 'linux-source-6.12') {
    try {
      await makeOverlay(readPatchSet(), join(tree, 'tree'), join(dir, 'overlay'));
    } catch (error) {
      if (error instanceof Failure) return [error.message];
      throw error;
    }
  }
  if (name !== 'qemu') return [];
  const files = (await readdir(patchDir)).filter((file) => file.endsWith('.patch')).sort();
  for (const file of files) {
    const { exitCode, stderr } = await $({ cwd: tree, nothrow: true })`git apply ${join(patchDir, file)}`;
    if (exitCode !== 0) return [`patch ${file} does not apply: ${stderr.trim()}`];
  }
  return [];
}

async function changedFiles(old: string, fresh: string): Promise<string[]> {
  const { stdout } = await $({ nothrow: true, quiet: true })`diff -rq ${old} ${fresh}`;
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(`${old}/`, '').replaceAll(`${fresh}/`, ''))
    .map((line) => line.replaceAll(old, 'before').replaceAll(fresh, 'now'));
  const rest = lines.length > shown ? [`... and ${lines.length - shown} more`] : [];
  return [`${lines.length} files differ`, ...lines.slice(0, shown), ...rest];
}
