import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import { runTool } from './run-tool.ts';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-pins-'));
  file = join(dir, 'versions.json');
  await mkdir(join(dir, 'bin'));
  await mkdir(join(dir, 'mirror'));
  await copyFile(join(import.meta.dirname, '../../fixtures/host/apt-get'), join(dir, 'bin/apt-get'));
  vi.stubEnv('ZEROHOP_CACHE', join(dir, 'cache'));
  vi.stubEnv('FAKE_MIRROR', join(dir, 'mirror'));
  vi.stubEnv('PATH', `${join(dir, 'bin')}:${process.env['PATH']}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

/** A kernel source package whose tree has these files beside those that every tree has. */
async function offer(version: string, files: Record<string, string>): Promise<string> {
  const room = join(dir, version);
  const tree = join(room, 'linux-source-6.12');
  for (const [path, text] of Object.entries({ Kconfig: '', Makefile: '', 'kernel/Makefile': '', ...files })) {
    await mkdir(join(tree, path, '..'), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  const root = join(room, 'deb');
  await mkdir(join(root, 'usr/src'), { recursive: true });
  await mkdir(join(root, 'DEBIAN'));
  const control = `Package: linux-source-6.12\nVersion: ${version}\nArchitecture: all\nMaintainer: none\nDescription: test\n`;
  await writeFile(join(root, 'DEBIAN/control'), control);
  await execa('tar', [
    '-cJf',
    join(root, 'usr/src/linux-source-6.12.tar.xz'),
    '-C',
    room,
    'linux-source-6.12',
  ]);
  const deb = join(dir, 'mirror', `linux-source-6.12_${version}_all.deb`);
  await execa('dpkg-deb', ['--root-owner-group', '-Znone', '--build', root, deb]);
  return sha256(await readFile(deb));
}

const pin = (version: string, hash: string) =>
  writeFile(
    file,
    JSON.stringify({ 'linux-source-6.12': { version, sha256: hash }, qemu: { version: '1', sha256: hash } }),
  );
const move = (...args: string[]) => runTool('pins.mts', ...args, '--file', file, '--no-build');

test('move pins the version with its hash, and names what differs and the patch that no longer applies', async () => {
  await pin('6.12.1', await offer('6.12.1', { same: 'x', changed: 'a' }));
  const hash = await offer('6.12.2', { same: 'x', changed: 'b', added: 'c' });
  const end = await move('move', 'linux-source-6.12', '6.12.2');
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  expect(end.stdout).toContain('linux-source-6.12 6.12.1 -> 6.12.2');
  expect(end.stdout).toMatch(/Files tree\/changed and tree\/changed differ/);
  expect(end.stdout).toMatch(/Only in now\/tree: added|Only in tree: added/);
  expect(end.stdout).not.toContain('same');
  expect(end.stdout).toMatch(/patch tcg\/0001-.* does not apply/);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    'linux-source-6.12': { version: '6.12.2', sha256: hash },
    qemu: { version: '1' },
  });
});

test('move says so where the mirrors no longer have the pinned version', async () => {
  await pin('6.12.1', 'a'.repeat(64));
  await offer('6.12.2', {});
  const end = await move('move', 'linux-source-6.12', '6.12.2');
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  expect(end.stdout).toContain('the mirrors no longer have 6.12.1');
});

test('a version that no mirror has leaves the pins as they are', async () => {
  const hash = await offer('6.12.1', {});
  await pin('6.12.1', hash);
  expect(await move('move', 'linux-source-6.12', '6.12.9')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('6.12.9'),
  });
  expect(await readFile(file, 'utf8')).toContain('"6.12.1"');
});

test.each([[['move', 'gcc', '1']], [['move', 'qemu']], [['drop', 'qemu', '1']], [['--loud']]])(
  'pins.mts %j ends 2 and points to the help',
  async (args) => {
    await pin('6.12.1', 'a'.repeat(64));
    expect(await move(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--help') });
  },
);

test('without a verb it prints the pins', async () => {
  await pin('6.12.1', 'a'.repeat(64));
  expect((await move()).stdout).toBe(`linux-source-6.12 6.12.1 ${'a'.repeat(64)}\nqemu 1 ${'a'.repeat(64)}`);
});
