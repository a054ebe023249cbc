import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import { fetchPackage } from '../../../src/host/packages.ts';

let mirror: string;

beforeEach(async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'zerohop-packages-'));
  mirror = join(scratch, 'mirror');
  const bin = join(scratch, 'bin');
  await mkdir(mirror);
  await mkdir(bin);
  await copyFile(join(import.meta.dirname, '../../fixtures/host/apt-get'), join(bin, 'apt-get'));
  await chmod(join(bin, 'apt-get'), 0o755);
  vi.stubEnv('ZEROHOP_CACHE', join(scratch, 'cache'));
  vi.stubEnv('FAKE_MIRROR', mirror);
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
});
afterEach(async () => {
  await rm(dirname(mirror), { recursive: true });
  vi.unstubAllEnvs();
});

const offer = (file: string, text: string) => writeFile(join(mirror, file), text);
const calls = async () => (await readFile(join(mirror, 'calls'), 'utf8')).trim().split('\n');

test('a package is fetched once, and the next call asks no mirror', async () => {
  await offer('tool_1.0-1_all.deb', 'content');
  const first = await fetchPackage({ name: 'tool' });
  expect(first).toMatchObject({ name: 'tool', version: '1.0-1', sha256: sha256('content') });
  expect(await readFile(first.path, 'utf8')).toBe('content');
  const asked = (await calls()).length;
  expect(await fetchPackage({ name: 'tool' })).toEqual(first);
  expect(await calls()).toHaveLength(asked);
});

test('an exact version is fetched though a newer one is there', async () => {
  await offer('tool_1.0_all.deb', 'old');
  await offer('tool_2.0_all.deb', 'new');
  expect((await fetchPackage({ name: 'tool', version: '1.0' })).sha256).toBe(sha256('old'));
  expect((await fetchPackage({ name: 'tool' })).version).toBe('2.0');
});

test('a mirror that moved on since its lists were read is read again', async () => {
  await offer('other_1_all.deb', 'other');
  await offer('tool_1.0_all.deb', 'old');
  await fetchPackage({ name: 'other' });
  await rm(join(mirror, 'tool_1.0_all.deb'));
  await offer('tool_2.0_all.deb', 'new');
  expect((await fetchPackage({ name: 'tool' })).version).toBe('2.0');
});

test('a download that breaks off fails with its reason, and the next call goes on', async () => {
  await offer('tool_1.0_all.deb', 'content');
  await writeFile(join(mirror, 'cut'), '');
  await expect(fetchPackage({ name: 'tool' })).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining('Connection reset'),
  });
  const { path } = await fetchPackage({ name: 'tool' });
  expect(await readFile(path, 'utf8')).toBe('content');
});

test('bytes that the lists do not promise are not taken', async () => {
  await offer('tool_1.0_all.deb', 'content');
  await offer('other_1_all.deb', 'other');
  await fetchPackage({ name: 'other' });
  await offer('tool_1.0_all.deb', 'altered');
  // The lists are read again for a second try, and promise what is there now.
  expect((await fetchPackage({ name: 'tool' })).sha256).toBe(sha256('altered'));
  expect(await calls()).toContain('update -qq');
});

test('a package that no mirror has, and a mirror that cannot be reached, are told apart', async () => {
  await offer('other_1_all.deb', 'other');
  await expect(fetchPackage({ name: 'tool' })).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining("tool is not on this machine's package mirrors"),
  });
  await writeFile(join(mirror, 'down'), '');
  await expect(fetchPackage({ name: 'tool' })).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining('Temporary failure resolving'),
    next: expect.stringContaining('network'),
  });
});
