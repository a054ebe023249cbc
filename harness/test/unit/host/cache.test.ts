import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cacheEnvironment, cacheLock, cacheRoot, hashOf, materialise } from '../../../src/host/cache.ts';
import { withLock } from '../../../src/host/lock.ts';

beforeEach(async () => {
  vi.stubEnv('ZEROHOP_CACHE', await mkdtemp(join(tmpdir(), 'zerohop-cache-')));
});
afterEach(async () => {
  await rm(cacheRoot(), { recursive: true });
  vi.unstubAllEnvs();
});

const write = (text: string) => (dir: string) => writeFile(join(dir, 'file'), text);
const read = (dir: string) => readFile(join(dir, 'file'), 'utf8');

test('cacheEnvironment gives a process another cache', () => {
  expect(cacheEnvironment('/elsewhere')).toEqual({ ZEROHOP_CACHE: '/elsewhere' });
});

test('an entry is made once', async () => {
  const first = await materialise('kind', 'key', write('first'));
  const second = await materialise('kind', 'key', write('second'));
  expect(second).toBe(first);
  expect(await read(second)).toBe('first');
});

test('two who want one entry at once share one making', async () => {
  const make = vi.fn(write('text'));
  const dirs = await Promise.all([1, 2, 3].map(() => materialise('kind', 'key', make)));
  expect(make).toHaveBeenCalledOnce();
  expect(new Set(dirs).size).toBe(1);
});

test('an entry that came from elsewhere meanwhile is kept', async () => {
  const entry = await materialise('kind', 'key', async (dir) => {
    await write('ours')(dir);
    await mkdir(join(cacheRoot(), 'kind/key'));
    await write('theirs')(join(cacheRoot(), 'kind/key'));
  });
  expect(await read(entry)).toBe('theirs');
  expect(readdirSync(join(cacheRoot(), 'kind'))).toEqual(['key']);
});

test('an entry whose making failed is not there, nor is anything of it', async () => {
  const broken = materialise('kind', 'key', async (dir) => {
    await write('half')(dir);
    throw new Error('broken');
  });
  await expect(broken).rejects.toThrow('broken');
  expect(readdirSync(join(cacheRoot(), 'kind'))).toEqual([]);
});

test('what killed runs left half-made is swept, what another is making is not', async () => {
  const left = ['.half-key', '.half-abandoned', '.half-busy'].map((name) => join(cacheRoot(), 'kind', name));
  for (const dir of left) await mkdir(dir, { recursive: true });
  await withLock(cacheLock('kind', 'busy'), async () => {
    await materialise('kind', 'key', write('text'));
  });
  expect(readdirSync(join(cacheRoot(), 'kind')).sort()).toEqual(['.half-busy', 'key']);
});

test('a disk that filled up is reported with what is free and what to do', async () => {
  const full = materialise('kind', 'key', async () => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
  await expect(full).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringMatching(/disk is full: \d+ MiB free/),
    next: expect.stringContaining('ZEROHOP_CACHE'),
  });
  expect(existsSync(join(cacheRoot(), 'kind', 'key'))).toBe(false);
});

test('a tool that ran out of space is told by its words', async () => {
  const full = materialise('kind', 'key', async () => {
    throw new Error('tar: ./x: Cannot write: No space left on device');
  });
  await expect(full).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining('disk is full'),
  });
});

test('what cannot fit is refused before it is begun', async () => {
  const make = vi.fn(write('text'));
  const refused = materialise('kind', 'key', make, { needsBytes: 2 ** 60 });
  await expect(refused).rejects.toThrow(/about \d+ MiB are needed/);
  expect(make).not.toHaveBeenCalled();
});

test('a hash depends on values, not on the order of keys', () => {
  expect(hashOf({ a: 1, b: [2, 'x'] })).toBe(hashOf({ b: [2, 'x'], a: 1 }));
  expect(hashOf({ a: 1, b: [2, 'x'] })).not.toBe(hashOf({ a: 1, b: ['x', 2] }));
  expect(hashOf({ a: '1' })).not.toBe(hashOf({ a: 1 }));
});
