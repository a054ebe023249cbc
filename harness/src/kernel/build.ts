import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import type { Progress } from '../host/progress.ts';
import { type Fragment, mergeFragments, renderWishes, verifyConfig } from './config.ts';
import { make } from './make.ts';
import type { WorkTree } from './tree.ts';

/** The results of a build. */
export interface Build {
  /** The name in a bundle, and the path among the objects. */
  files: Record<'bzImage' | 'vmlinux' | 'System.map' | 'config', string>;
  /** The kernel's release, as `uname -r` prints it. */
  release: string;
  durationMs: number;
}

export async function buildKernel(
  tree: WorkTree,
  fragments: readonly Fragment[],
  { progress, signal }: Partial<Context> = {},
): Promise<Build> {
  const began = Date.now();
  progress?.({ what: 'kernel config' });
  await configure(tree, fragments);
  const onLine = meter(tree, progress);
  await make(tree, ['bzImage', 'modules'], { log: join(tree.objectsDir, 'build.log'), onLine, signal });
  const objects = tree.objectsDir;
  const bzImage = join(objects, 'arch/x86/boot/bzImage');
  await verifyImage(bzImage, objects);
  return {
    files: {
      bzImage,
      vmlinux: join(objects, 'vmlinux'),
      'System.map': join(objects, 'System.map'),
      config: join(objects, '.config'),
    },
    release: (await readFile(join(objects, 'include/config/kernel.release'), 'utf8')).trim(),
    durationMs: Date.now() - began,
  };
}

/** Turns off every option that no fragment sets, and checks that every option of a fragment has its value. */
export async function configure(tree: WorkTree, fragments: readonly Fragment[]): Promise<void> {
  const wishes = mergeFragments(fragments);
  const file = join(tree.objectsDir, 'wishes.config');
  await mkdir(tree.objectsDir, { recursive: true });
  await writeFile(file, renderWishes(wishes));
  const targets = [`KCONFIG_ALLCONFIG=${file}`, 'allnoconfig', 'olddefconfig'];
  await make(tree, targets, { log: join(tree.objectsDir, 'config.log') });
  verifyConfig(wishes, await readFile(join(tree.objectsDir, '.config'), 'utf8'));
}

/** Checks that the image embeds this vmlinux: a compiler cache may miss a change of an embedded file. */
async function verifyImage(bzImage: string, objects: string): Promise<void> {
  const source = await readFile(join(objects, 'arch/x86/boot/compressed/piggy.S'), 'utf8');
  const [, compressed = ''] = source.match(/^\.incbin "(.+)"$/m) ?? [];
  if ((await readFile(bzImage)).includes(await readFile(join(objects, compressed)))) return;
  throw new Failure('infra', `${bzImage} boots another kernel than the vmlinux beside it`, {
    next: 'CCACHE_DISABLE=1 builds without the compiler cache; remove arch/x86/boot/compressed/piggy.o first',
  });
}

/** Installs lib/modules/RELEASE under `into`, without the link back to the objects. */
export async function installModules(tree: WorkTree, release: string, into: string): Promise<void> {
  const targets = [`INSTALL_MOD_PATH=${into}`, 'INSTALL_MOD_STRIP=--strip-debug', 'modules_install'];
  await make(tree, targets, { log: join(tree.objectsDir, 'modules.log') });
  await rm(join(into, 'lib/modules', release, 'build'), { force: true });
}

/** The number of compiled files in a first build of the default configuration. */
const coldObjects = 1846;
/** How long linking, BTF and compression take after the last object. */
const tailMs = 45_000;

function meter(tree: WorkTree, progress?: Progress): (line: string) => void {
  const what = 'kernel build';
  const cold = !existsSync(join(tree.objectsDir, 'vmlinux'));
  const began = Date.now();
  let done = 0;
  return (line) => {
    if (/^ {2}(CC|AS) /.test(line)) done += 1;
    else if (!/^ {2}(LD|BTF|LZ4) /.test(line)) return;
    // Only make knows how many objects a changed file affects.
    if (!cold || done > coldObjects) return progress?.({ what, done });
    const leftMs = done < 20 ? undefined : ((Date.now() - began) / done) * (coldObjects - done) + tailMs;
    progress?.({ what, done, of: coldObjects, ...(leftMs !== undefined && { leftMs }) });
  };
}
