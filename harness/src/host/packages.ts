import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Apt, aptDir, complaint, openApt, refreshLists, runApt } from './apt.ts';
import { cacheLock, cacheRoot, guardDisk, hashFile, hashOf, materialise, writeJson } from './cache.ts';
import { Failure } from './failure.ts';
import { type LockOptions, withLock } from './lock.ts';

export interface PackageRequest {
  name: string;
  /** The exact version; if absent, the newest in the cached lists. */
  version?: string;
  /** A Debian suite ("trixie"), even one that the machine's apt does not list; if absent, the machine's suites. */
  suite?: string;
  /** "non-free"; if absent, main or the machine's components. */
  component?: string;
}

export interface PackageFile {
  name: string;
  sha256: string;
}

export interface Package extends PackageFile {
  version: string;
  /** The .deb in the cache. */
  path: string;
}

export interface SourcePackage {
  name: string;
  version: string;
  /** The folder of the .dsc and of the archives that it names. */
  dir: string;
  files: PackageFile[];
}

/** A Debian package in the cache, checked against the mirror's signed lists. */
export async function fetchPackage(request: PackageRequest, options: LockOptions = {}): Promise<Package> {
  const { dir, files } = await fetchFiles('download', request, options);
  const [file] = files as [PackageFile];
  return {
    name: request.name,
    version: versionIn(file.name),
    path: join(dir, file.name),
    sha256: file.sha256,
  };
}

/** Like fetchPackage, for a source package: .dsc, upstream archive, Debian's changes. */
export async function sourcePackage(
  request: PackageRequest,
  options: LockOptions = {},
): Promise<SourcePackage> {
  const { dir, files } = await fetchFiles('source', request, options);
  const dsc = files.find(({ name }) => name.endsWith('.dsc'));
  return { name: request.name, version: versionIn(dsc?.name ?? ''), dir, files };
}

export async function extractPackage(deb: string, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await execa('dpkg-deb', ['--extract', deb, dir]);
}

/** The verbs of apt-get for a binary and a source package. */
type Verb = 'download' | 'source';

interface Fetched {
  dir: string;
  files: PackageFile[];
}

async function fetchFiles(verb: Verb, request: PackageRequest, options: LockOptions): Promise<Fetched> {
  const suite = { ...request, sources: verb === 'source' };
  const memo = join(aptDir(suite), 'found', `${verb}-${request.name}-${request.version ?? 'newest'}.json`);
  const known = recall(memo);
  if (known !== undefined) return known;
  return withLock(
    cacheLock('apt', ''),
    async () => {
      const fetched = recall(memo) ?? (await askMirrors(await openApt(suite), verb, request, options));
      await guardDisk(undefined, () => writeJson(memo, fetched));
      return fetched;
    },
    options,
  );
}

async function askMirrors(apt: Apt, verb: Verb, request: PackageRequest, options: LockOptions) {
  const known = await find(apt, verb, request);
  if (known !== undefined)
    try {
      return await obtain(apt, verb, request, known, options);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  // The lists are older than the mirror: the package is missing there, or has moved.
  const refreshed = await refreshLists(apt);
  const found = await find(apt, verb, request);
  if (found !== undefined) return obtain(apt, verb, request, found, options);
  if (complaint(refreshed) !== '')
    throw new Failure(
      'infra',
      `cannot read the package mirrors to find ${title(request)}${complaint(refreshed)}`,
      {
        next: 'check the network (`apt-get update` must work here), then run the same command again',
      },
    );
  throw new PackageNotFound(title(request));
}

/** Thrown if the mirrors were read and do not have the package. */
export class PackageNotFound extends Failure {
  constructor(what: string) {
    super('infra', `${what} is not on this machine's package mirrors`, {
      next: "check the suites that this machine's apt lists (`apt-cache policy`)",
    });
  }
}

async function find(apt: Apt, verb: Verb, request: PackageRequest): Promise<PackageFile[] | undefined> {
  const { ok, stdout } = await runApt(apt, [...command(verb, request), '--print-uris', '-qq']);
  const files = [...stdout.matchAll(/^'[^']*' (\S+) \d+ SHA256:([0-9a-f]{64})/gm)];
  if (!ok || files.length === 0) return undefined;
  return files.map(([, name = '', sha256 = '']) => ({ name, sha256 }));
}

/** Keeps the download folder after a broken download, because apt resumes from a partial file. */
async function obtain(
  apt: Apt,
  verb: Verb,
  request: PackageRequest,
  files: PackageFile[],
  options: LockOptions,
): Promise<Fetched> {
  const key = `${request.name}-${hashOf(files).slice(0, 16)}`;
  const download = async (dir: string) => {
    const partial = join(cacheRoot(), 'downloads', key);
    await mkdir(partial, { recursive: true });
    const result = await runApt(apt, [...command(verb, request), '-qq'], partial);
    if (!result.ok)
      throw new Failure('infra', `cannot download ${title(request)}${complaint(result)}`, {
        next: 'check the network, then run the same command again: it resumes the download',
      });
    for (const { name, sha256 } of files) {
      await verify(join(partial, name), sha256);
      await rename(join(partial, name), join(dir, name));
    }
    await rm(partial, { recursive: true });
  };
  return { dir: await materialise('packages', key, download, options), files };
}

async function verify(path: string, sha256: string): Promise<void> {
  const found = await hashFile(path);
  if (found === sha256) return;
  await rm(path);
  throw new Failure('infra', `${path} is damaged: sha256 ${found}, expected ${sha256}`, {
    next: 'it was removed; run the same command again',
  });
}

function command(verb: Verb, { name, version }: PackageRequest): string[] {
  const spec = version === undefined ? name : `${name}=${version}`;
  return verb === 'source' ? ['source', '--download-only', spec] : ['download', spec];
}

function title({ name, version, suite }: PackageRequest): string {
  return [name, version, suite && `(${suite})`].filter(Boolean).join(' ');
}

/** name_version_arch.deb or name_version.dsc; an epoch's colon is escaped there. */
function versionIn(file: string): string {
  return decodeURIComponent(file.split('_')[1] ?? '').replace(/\.dsc$/, '');
}

function recall(memo: string): Fetched | undefined {
  if (!existsSync(memo)) return undefined;
  const fetched = JSON.parse(readFileSync(memo, 'utf8')) as Fetched;
  return existsSync(fetched.dir) ? fetched : undefined;
}
