import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDiskFull } from './disk.ts';
import { Failure } from './failure.ts';
import { type LockOptions, tryLock, withLock } from './lock.ts';

export interface MaterialiseOptions extends LockOptions {
  /** What making it takes on disk, where that is worth checking beforehand. */
  needsBytes?: number;
}

/** The one folder outside the checkout that we write to. */
export function cacheRoot(): string {
  return resolve(process.env['ZEROHOP_CACHE'] || join(homedir(), '.cache', 'zerohop'));
}

export function checkoutRoot(): string {
  return resolve(import.meta.dirname, '../../..');
}

/** One hash for any plain value, whatever the order of its keys. */
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

/** Remembers a plain value in a file that its readers see whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const half = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(half, JSON.stringify(value));
  await rename(half, path);
}

/**
 * The folder `<cache>/<kind>/<key>`, made by `make` if it is not there yet. The key must be a hash of everything
 * that decides the content. It is made beside its place and renamed, so a half-made one is never seen; two who
 * want the same one wait for each other.
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

/** Turns a full disk, ours or a tool's, into a failure that says what is free; any other error passes. */
export async function guardDisk<T>(needsBytes: number | undefined, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw diskFull(needsBytes, await freeBytes(), error);
  }
}

/** Locks end at a container's edge: someone beyond it who shares the cache may have been faster. */
function unlessThere(entry: string): (error: unknown) => void {
  return (error) => {
    if (!existsSync(entry)) throw error;
  };
}

const halfPrefix = '.half-';

/** Removes what a killed run left half-made; what is still being made is locked by its maker. */
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
    next: 'free some space or point ZEROHOP_CACHE at a larger disk; the same command then goes on from the last finished step',
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
