import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDiskFull } from './disk.ts';
import { Failure, NotBuilt } from './failure.ts';
import { type LockOptions, tryLock, withLock } from './lock.ts';

export interface MaterialiseOptions extends LockOptions {
  /** Disk space that is checked beforehand; if absent, it is not checked. */
  needsBytes?: number;
  /** Throw NotBuilt instead of making the folder. */
  onlyIfBuilt?: boolean | undefined;
}

const cacheVariable = 'ZEROHOP_CACHE';

/** The only folder outside the checkout that the harness writes to. The environment alone decides where it is. */
export function cacheRoot(): string {
  return resolve(process.env[cacheVariable] || join(homedir(), '.cache', 'zerohop'));
}

/** The environment of a process with another cache. */
export function cacheEnvironment(dir: string): Record<string, string> {
  return { [cacheVariable]: dir };
}

export function checkoutRoot(): string {
  return resolve(import.meta.dirname, '../../..');
}

/** A hash of a plain value. The order of keys does not matter. */
export function hashOf(parts: unknown): string {
  return sha256(stable(parts));
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Writes a plain value to a file atomically. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const half = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(half, JSON.stringify(value));
  await rename(half, path);
}

/**
 * The folder `<cache>/<kind>/<key>`, made by `make` if it does not exist. The key must be a hash of everything that
 * decides the content. The folder is renamed into place when complete, so a partial one is never visible. Two
 * processes that need the same folder wait for each other.
 */
export async function materialise(
  kind: string,
  key: string,
  make: (dir: string) => Promise<void>,
  options: MaterialiseOptions = {},
): Promise<string> {
  const kindDir = join(cacheRoot(), kind);
  const entry = join(kindDir, key);
  if (existsSync(entry)) return entry;
  if (options.onlyIfBuilt) throw new NotBuilt(`${kind} ${key}`, 'leave --dry-run out to build it');
  const makeOnce = async () => {
    if (existsSync(entry)) return entry;
    const half = join(kindDir, halfPrefix + key);
    await guardDisk(options.needsBytes, async () => {
      await mkdir(kindDir, { recursive: true });
      await sweep(kind);
      await rm(half, { recursive: true, force: true });
      if (options.needsBytes !== undefined) await demandSpace(options.needsBytes);
      await mkdir(half);
      try {
        await make(half);
        await rename(half, entry).catch(unlessThere(entry));
      } finally {
        await rm(half, { recursive: true, force: true });
      }
    });
    return entry;
  };
  return withLock(cacheLock(kind, key), makeOnce, options);
}

/** The lock that protects one entry of this cache. */
export function cacheLock(kind: string, key: string): string {
  return `cache ${cacheRoot()} ${kind} ${key}`;
}

/** Turns an error about a full disk into a Failure with the free space; rethrows other errors. */
export async function guardDisk<T>(needsBytes: number | undefined, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw diskFull(needsBytes, await freeBytes(), error);
  }
}

/** Ignores the error if the entry exists: locks do not cross containers, and another one may share the cache. */
function unlessThere(entry: string): (error: unknown) => void {
  return (error) => {
    if (!existsSync(entry)) throw error;
  };
}

const halfPrefix = '.half-';

/** Removes partial entries of killed runs. An entry that is being made is locked. */
async function sweep(kind: string): Promise<void> {
  const kindDir = join(cacheRoot(), kind);
  for (const name of await readdir(kindDir)) {
    if (!name.startsWith(halfPrefix)) continue;
    const release = await tryLock(cacheLock(kind, name.slice(halfPrefix.length)));
    if (release === undefined) continue;
    await rm(join(kindDir, name), { recursive: true, force: true });
    release();
  }
}

async function demandSpace(needsBytes: number): Promise<void> {
  const free = await freeBytes();
  if (free < needsBytes) throw diskFull(needsBytes, free);
}

async function freeBytes(): Promise<number> {
  const { bavail, bsize } = await statfs(cacheRoot());
  return bavail * bsize;
}

function diskFull(needsBytes: number | undefined, free: number, cause?: unknown): Failure {
  const needed = needsBytes === undefined ? 'more is needed' : `about ${mib(needsBytes)} are needed`;
  return new Failure('infra', `the disk is full: ${mib(free)} free at ${cacheRoot()}, ${needed}`, {
    next: 'free some space or point ZEROHOP_CACHE at a larger disk; the same command then resumes from the last finished step',
    cause,
  });
}

function mib(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}

function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${stable(item)}`).join(',')}}`;
}
