import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { hashOf, materialise } from '../../host/cache.ts';
import type { BuildOptions } from '../../host/context.ts';
import { Failure } from '../../host/failure.ts';
import type { Progress } from '../../host/progress.ts';
import { pinOf } from '../../host/versions.ts';
import { type CpioEntry, writeCpio } from './cpio.ts';
import { moduleEntries } from './kernel-modules.ts';
import { type Layer, type LayerName, layers } from './layer.ts';
import { type PackageRecord, takeFromPackages } from './packaged.ts';
import { type ProgramLayerName, programLayers } from './program-layer.ts';
import { buildBpfPrograms, buildDaxfsPrograms, buildGuestPrograms } from './programs.ts';
import { skeleton, underUsr } from './skeleton.ts';

export type { LayerName } from './layer.ts';

export interface Root {
  /** An initramfs for QEMU's -initrd. */
  image: string;
  /** Sha256 of the image. */
  hash: string;
  packages: readonly PackageRecord[];
}

interface RootOptions extends Pick<BuildOptions, 'onlyIfBuilt'> {
  progress?: Progress | undefined;
  /** The types of the root's kernel; `modulesDir` has its modules. */
  types?: string | undefined;
  modulesDir?: string | undefined;
}

/**
 * Builds the root filesystem of these layers and `base`. It is an initramfs of two archives: the files of Debian's
 * packages, and this repository's files, which change more often.
 */
export async function buildRoot(
  names: readonly (LayerName | ProgramLayerName)[],
  options: RootOptions = {},
): Promise<Root> {
  const all: Record<LayerName | ProgramLayerName, Layer> = { ...layers, ...programLayers };
  const chosen = [...new Set(['base', ...names] as const)].sort().map((name) => all[name]);
  const packaged = await packagedArchive(chosen, options);
  options.progress?.({ what: 'programs of the hosts' });
  const modules = options.modulesDir === undefined ? [] : await moduleEntries(options.modulesDir);
  const ours = writeCpio([...skeleton(), ...modules, ...(await ourPrograms(chosen, options))]);
  const key = hashOf({ packaged: packaged.key, ours: createHash('sha256').update(ours).digest('hex') });
  const make = async (dir: string) => {
    const image = Buffer.concat([ours, await readFile(packaged.archive)]);
    await writeFile(join(dir, 'root.cpio'), image);
    const hash = createHash('sha256').update(image).digest('hex');
    await writeFile(join(dir, 'root.json'), JSON.stringify({ hash, packages: packaged.packages }));
  };
  const entry = await materialise('root', key, make, { onlyIfBuilt: options.onlyIfBuilt });
  const record = recordSchema.parse(JSON.parse(await readFile(join(entry, 'root.json'), 'utf8')));
  return { image: join(entry, 'root.cpio'), ...record };
}

const packagesSchema = z.array(z.strictObject({ name: z.string(), version: z.string(), sha256: z.string() }));
const recordSchema = z.strictObject({ hash: z.string(), packages: packagesSchema });

/**
 * Built once for a set of layers, from the newest packages of that day. A root therefore stays the same when a mirror
 * changes, and its record names the versions in it.
 */
async function packagedArchive(chosen: readonly Layer[], { progress, onlyIfBuilt }: RootOptions) {
  const definitions = chosen.map(({ packages, files }) => ({ packages, files }));
  const pins = chosen.flatMap(({ packages }) =>
    packages.filter(({ pinned }) => pinned).map(({ name }) => pinOf(name)),
  );
  const key = hashOf({ definitions, pins, makers: await makersHash() });
  const make = async (dir: string) => {
    const workDir = join(dir, 'extracted');
    await mkdir(workDir);
    const { entries, packages } = await takeFromPackages(chosen, workDir, { progress });
    const applets = await appletLinks(join(workDir, 'busybox-static/bin/busybox'));
    const byPath = new Map([...applets, ...entries].map((item) => [item.path, item]));
    await writeFile(join(dir, 'packages.cpio'), writeCpio([...byPath.values()]));
    await writeFile(join(dir, 'packages.json'), JSON.stringify(packages));
    await rm(workDir, { recursive: true });
  };
  const entry = await materialise('root-packages', key, make, { onlyIfBuilt });
  const packages = packagesSchema.parse(JSON.parse(await readFile(join(entry, 'packages.json'), 'utf8')));
  return { key, archive: join(entry, 'packages.cpio'), packages };
}

/** A hash of the code that decides the content of an archive of packages. */
async function makersHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['cpio.ts', 'elf.ts', 'packaged.ts', 'skeleton.ts', 'root.ts'])
    hash.update(await readFile(join(import.meta.dirname, name)));
  return hash.digest('hex');
}

async function appletLinks(busybox: string): Promise<CpioEntry[]> {
  const { stdout } = await execa(busybox, ['--list-full']);
  const places = stdout.split('\n').filter((place) => place.includes('/'));
  return places.map((place) => ({ kind: 'link', path: underUsr(place), target: '/usr/bin/busybox' }));
}

async function ourPrograms(chosen: readonly Layer[], options: RootOptions): Promise<CpioEntry[]> {
  const placeOf = (name: string) => (name === 'agent' ? 'init' : `usr/bin/zerohop-${name}`);
  const entries = await programEntries(await buildGuestPrograms(options), placeOf);
  // mount(8) looks for its helpers in /sbin.
  const placeOfTool = (name: string) => `usr/${name.endsWith('.daxfs') ? 'sbin' : 'bin'}/${name}`;
  if (chosen.some(({ programs }) => programs === 'daxfs'))
    entries.push(...(await programEntries(await buildDaxfsPrograms(options), placeOfTool)));
  if (!chosen.some(({ programs }) => programs === 'bpf')) return entries;
  if (options.types === undefined)
    throw new Failure('infra', 'the BPF programs need the types of the kernel that runs them', {
      next: 'use a kernel bundle (npm run kernel -- build): a bare bzImage has no types',
    });
  const loaders = await programEntries(
    await buildBpfPrograms(options.types, options),
    (name) => `usr/bin/${name}`,
  );
  return [...entries, ...loaders];
}

async function programEntries(binDir: string, placeOf: (name: string) => string): Promise<CpioEntry[]> {
  const names = await readdir(binDir);
  const read = async (name: string): Promise<CpioEntry> => ({
    kind: 'file',
    path: placeOf(name),
    mode: 0o755,
    data: await readFile(join(binDir, name)),
  });
  return Promise.all(names.map(read));
}
