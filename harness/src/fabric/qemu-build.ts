import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheRoot, checkoutRoot, hashFile, hashOf, materialise } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { ensureRequirements } from '../host/install.ts';
import { extractPackage, fetchPackage, type SourcePackage, sourcePackage } from '../host/packages.ts';
import { pinOf } from '../host/versions.ts';
import { qemuRequirements } from './requirements.ts';

export const patchDir = join(checkoutRoot(), 'qemu/patches');

/** Debian's source package: it stays on the mirrors for years. */
const suite = 'trixie';

/** Of the suites that have what Debian 12's own lacks. */
const buildTools = [
  { name: 'meson', suite: 'bookworm-backports' },
  { name: 'python3-pycotap', suite: 'trixie' },
];

/** Where Debian keeps the firmware that its source package comes without. */
const firmwareDirs = ['/usr/share/qemu', '/usr/share/seabios'];

const configuration = [
  `--firmwarepath=${firmwareDirs.join(':')}`,
  ...['--target-list=x86_64-softmmu', '--without-default-features', '--enable-tcg', '--enable-kvm'],
  ...['--enable-fdt=system', '--enable-slirp', '--enable-plugins', '--enable-virtfs', '--enable-attr'],
  ...['--disable-install-blobs', '--disable-docs', '--disable-werror', '--python=/usr/bin/python3'],
];

const program = 'qemu-system-x86_64';
const needsBytes = 2 * 2 ** 30;

/** QEMU with our patches, built once for its source, the patches and the compiler. */
export async function buildQemu(signal?: AbortSignal): Promise<string> {
  const make = async (dir: string) => {
    await ensureRequirements(qemuRequirements, signal);
    const room = join(dir, 'build');
    await build(await pinnedSource(pinOf('qemu')), room, signal);
    await copyFile(join(room, 'objects', program), join(dir, program));
    await rm(room, { recursive: true });
  };
  return join(await materialise('qemu', await qemuKey(), make, { needsBytes }), program);
}

/** Whether buildQemu() has nothing left to do. */
export async function qemuIsBuilt(): Promise<boolean> {
  return existsSync(join(cacheRoot(), 'qemu', await qemuKey(), program));
}

async function qemuKey(): Promise<string> {
  const { stdout: compiler } = await execa('cc', ['--version']);
  return hashOf({ pin: pinOf('qemu'), patches: await patchHashes(), configuration, compiler });
}

async function pinnedSource(pin: { version: string; sha256: string }): Promise<string> {
  const source = await sourcePackage({ name: 'qemu', suite, version: pin.version });
  const archive = source.files.find(({ name }) => name.includes('.orig.'));
  if (archive?.sha256 !== pin.sha256)
    throw new Failure('infra', `qemu ${pin.version} has the sha256 ${archive?.sha256}, not ${pin.sha256}`, {
      next: 'see the entry qemu in harness/versions.json',
    });
  return archivePath(source, archive.name);
}

function archivePath({ dir }: SourcePackage, name: string): string {
  return join(dir, name);
}

async function build(archive: string, room: string, signal?: AbortSignal): Promise<void> {
  const [tree, objects, tools] = ['tree', 'objects', 'tools'].map((name) => join(room, name)) as [
    string,
    string,
    string,
  ];
  for (const dir of [tree, objects, tools]) await mkdir(dir, { recursive: true });
  await step('unpacking QEMU', 'tar', ['-xf', archive, '-C', tree, '--strip-components=1'], room, signal);
  for (const patch of await patchFiles())
    await step(`applying ${patch}`, 'git', ['apply', join(patchDir, patch)], tree, signal);
  for (const tool of buildTools) await extractPackage((await fetchPackage(tool)).path, tools);
  const env = { PYTHONPATH: join(tools, 'usr/lib/python3/dist-packages') };
  await step('configuring QEMU', join(tree, 'configure'), configuration, objects, signal, env);
  await step('building QEMU', 'ninja', ['-j', `${buildJobs}`, program], objects, signal, env);
}

/** More than two fill the memory of a small machine. */
const buildJobs = 2;

async function step(
  what: string,
  command: string,
  args: string[],
  cwd: string,
  cancelSignal?: AbortSignal,
  env: Record<string, string> = {},
): Promise<void> {
  const options = { cwd, env, reject: false, all: true, ...(cancelSignal && { cancelSignal }) } as const;
  const result = await execa('nice', ['-n', '10', command, ...args], options);
  cancelSignal?.throwIfAborted();
  if (!result.failed) return;
  const lastLines = (result.all || String(result.message)).split('\n').slice(-20).join('\n');
  throw new Failure('infra', `${what} failed:\n${lastLines}`, {
    next: 'run `npm run doctor`; if it finds nothing, the patches in qemu/patches may be what is wrong',
  });
}

async function patchFiles(): Promise<string[]> {
  return (await readdir(patchDir)).filter((name) => name.endsWith('.patch')).sort();
}

async function patchHashes(): Promise<string[]> {
  return Promise.all((await patchFiles()).map((name) => hashFile(join(patchDir, name))));
}
