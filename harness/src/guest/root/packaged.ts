import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../host/failure.ts';
import { extractPackage, fetchPackage, type Package } from '../../host/packages.ts';
import type { Progress } from '../../host/progress.ts';
import { pinOf } from '../../host/versions.ts';
import type { CpioEntry } from './cpio.ts';
import { neededObjects } from './elf.ts';
import type { Layer, LayerPackage } from './layer.ts';
import { underUsr } from './skeleton.ts';

export interface PackageRecord {
  name: string;
  version: string;
  sha256: string;
}

/**
 * The files that layers name, the targets of their links, and every library that these load. All layers take from
 * one pool, so a root never mixes two versions of a library.
 */
export async function takeFromPackages(
  layers: readonly Layer[],
  workDir: string,
  { fetch = fetchPinned, progress }: { fetch?: Fetch; progress?: Progress | undefined } = {},
) {
  const pool: Pool = { workDir, fetch, progress, files: new Map(), packages: new Map(), unread: [] };
  await addPackages(
    pool,
    layers.flatMap(({ packages }) => packages),
  );
  const taken = new Map<string, CpioEntry>();
  const used = new Set<string>();
  const wanted = layers.flatMap(({ files }) => files).flatMap((path) => expand(pool, path));
  for (const path of wanted) {
    if (taken.has(path)) continue;
    const file = fileAt(pool, path);
    const entry = await readEntry(path, file.hostPath);
    taken.set(path, entry);
    used.add(file.from);
    if (entry.kind === 'link') wanted.push(linkTarget(path, entry.target));
    if (entry.kind !== 'file') continue;
    for (const object of await neededObjects(file.hostPath, entry.data))
      wanted.push(await provider(pool, object, path));
  }
  return { entries: [...taken.values()], packages: records(pool, used) };
}

type Fetch = (request: LayerPackage) => Promise<Package>;

async function fetchPinned({ pinned, ...request }: LayerPackage): Promise<Package> {
  if (!pinned) return fetchPackage(request);
  const pin = pinOf(request.name);
  const found = await fetchPackage({ ...request, version: pin.version });
  if (found.sha256 === pin.sha256) return found;
  const what = `package ${found.name} ${found.version} has sha256 ${found.sha256}, expected the pinned ${pin.sha256}`;
  throw new Failure('infra', what, {
    next: 'the mirror serves another build: check it, then pin its hash in harness/versions.json',
  });
}

interface Pool {
  workDir: string;
  fetch: Fetch;
  progress: Progress | undefined;
  /** Key: the path in the root. */
  files: Map<string, { hostPath: string; from: string }>;
  packages: Map<string, PackageRecord>;
  /** Packages whose dependencies are not in the pool yet. */
  unread: string[];
}

async function addPackages(pool: Pool, requests: readonly LayerPackage[]): Promise<void> {
  const missing = requests.filter(({ name }) => !pool.packages.has(name));
  const of = pool.packages.size + new Set(missing.map(({ name }) => name)).size;
  for (const request of missing) {
    if (pool.packages.has(request.name)) continue;
    pool.progress?.({ what: 'packages of the hosts', done: pool.packages.size, of });
    await addPackage(pool, request);
  }
}

async function addPackage(pool: Pool, request: LayerPackage): Promise<void> {
  const { name, version, sha256, path } = await pool.fetch(request);
  pool.packages.set(name, { name, version, sha256 });
  pool.unread.push(path);
  const dir = join(pool.workDir, name);
  await extractPackage(path, dir);
  for (const file of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (file.isDirectory()) continue;
    const hostPath = join(file.parentPath, file.name);
    pool.files.set(underUsr(hostPath.slice(dir.length + 1)), { hostPath, from: name });
  }
}

function expand(pool: Pool, path: string): string[] {
  const place = underUsr(path);
  if (!place.endsWith('/')) return [place];
  return [...pool.files.keys()].filter((candidate) => candidate.startsWith(place)).sort();
}

function fileAt(pool: Pool, path: string) {
  const file = pool.files.get(path);
  if (file !== undefined) return file;
  throw new Failure('infra', `no package holds ${path}; searched: ${[...pool.packages.keys()].join(', ')}`, {
    next: 'name the package that holds it, or its new path, in harness/src/guest/layer.ts',
  });
}

async function readEntry(path: string, hostPath: string): Promise<CpioEntry> {
  const target = await readlink(hostPath).catch(() => undefined);
  if (target !== undefined) return { kind: 'link', path, target };
  const { mode } = await stat(hostPath);
  return { kind: 'file', path, mode: mode & 0o111 ? 0o755 : 0o644, data: await readFile(hostPath) };
}

function linkTarget(path: string, target: string): string {
  return underUsr(target.startsWith('/') ? target.slice(1) : normalize(join(dirname(path), target)));
}

/** The path of a loader or a library in the pool. Dependencies of the pool's packages are added as needed. */
async function provider(pool: Pool, object: string, neededBy: string): Promise<string> {
  for (;;) {
    const places = object.startsWith('/')
      ? [underUsr(object.slice(1))].filter((path) => pool.files.has(path))
      : [...pool.files.keys()].filter((path) => path.startsWith('usr/lib') && path.endsWith(`/${object}`));
    const [place] = places.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    if (place !== undefined) return place;
    if (!(await widen(pool)))
      throw new Failure('infra', `${object}, which ${neededBy} loads, is in no package that it depends on`, {
        next: 'name the package that holds it in harness/src/guest/layer.ts',
      });
  }
}

async function widen(pool: Pool): Promise<boolean> {
  const debs = pool.unread.splice(0);
  const names = await Promise.all(debs.map(libraryDependencies));
  await addPackages(
    pool,
    names.flat().map((name) => ({ name })),
  );
  return debs.length > 0;
}

/** Names with "lib" are Debian's library packages; other dependencies are tools and configuration. */
async function libraryDependencies(deb: string): Promise<string[]> {
  const { stdout } = await execa('dpkg-deb', ['--field', deb, 'Pre-Depends', 'Depends']);
  const clauses = stdout.replace(/^[\w-]+:/gm, ',').split(',');
  const names = clauses.map((clause) => clause.trim().split(/[\s|(:]/)[0] ?? '');
  return names.filter((name) => name.includes('lib'));
}

function records(pool: Pool, used: ReadonlySet<string>): PackageRecord[] {
  const all = [...pool.packages.values()].filter(({ name }) => used.has(name));
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}
