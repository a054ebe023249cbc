import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patchRoot } from '../../../src/kernel/patches.ts';

let out: string;
let image: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'zerohop-daxfs-tools-'));
  image = join(out, 'image');
  const { exitCode, all } = await execa(
    'make',
    ['-s', '-C', join(patchRoot(), 'daxfs/tools'), `OUT=${out}`],
    { reject: false, all: true, timeout: 600_000 },
  );
  expect(exitCode, all).toBe(0);
});
afterAll(() => rm(out, { recursive: true }));

const tool = (name: string, ...args: string[]) => execa(join(out, name), args, { reject: false, all: true });

async function change(offset: number, byte: number) {
  const file = await open(image, 'r+');
  await file.write(Buffer.from([byte]), 0, 1, offset);
  await file.close();
}

test('mkfs.daxfs makes what fsck.daxfs calls clean', async () => {
  expect((await tool('mkfs.daxfs', '--size', '4M', image)).exitCode).toBe(0);
  const { exitCode, all } = await tool('fsck.daxfs', image);
  expect(exitCode, all).toBe(0);
  expect(all).toContain('clean');
});

test('mkfs.daxfs refuses what holds a filesystem, and a size that is too small', async () => {
  const again = await tool('mkfs.daxfs', image);
  expect(again.exitCode).toBe(1);
  expect(again.all).toContain('--force');
  expect((await tool('mkfs.daxfs', '--size', '64K', join(out, 'small'))).exitCode).toBe(2);
});

test('daxfs-inspect says where each unit is', async () => {
  const { stdout } = await tool('daxfs-inspect', '--json', image);
  const { units, use } = JSON.parse(stdout) as { units: number; use: { units: number }[] };
  expect(units).toBe(1024);
  expect(use.reduce((sum, { units }) => sum + units, 0)).toBe(958 - 4);
});

test('fsck.daxfs finds a unit that nothing leads to, and frees it', async () => {
  await change(65 * 4096 + 900 * 16 + 7, 0x21);
  expect((await tool('fsck.daxfs', '-n', image)).exitCode).toBe(4);
  expect((await tool('fsck.daxfs', '-p', image)).exitCode).toBe(1);
  expect((await tool('fsck.daxfs', image)).exitCode).toBe(0);
});

test('an image whose superblock is changed is refused with the reason', async () => {
  await change(40, 7);
  const { exitCode, all } = await tool('fsck.daxfs', image);
  expect(exitCode).toBe(4);
  expect(all).toContain('sum is wrong');
  expect((await tool('fsck.daxfs')).exitCode).toBe(16);
});
