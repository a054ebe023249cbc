import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fragmentsOf, readPatchSet, readSeries } from '../../../src/kernel/patches.ts';
import { plant } from './trees.ts';

let root = '';
afterEach(() => rm(root, { recursive: true }));

test('readPatchSet keeps the order of series, and sorts their patches by name', async () => {
  root = await plant({
    'series/order': '# a comment\nsecond # why\nfirst\n',
    'series/first/0001-a.patch': 'a',
    'series/second/0002-c.patch': 'c',
    'series/second/0001-b.patch': 'b',
    'series/second/cover-letter.txt': 'not a patch',
    'series/other/0001-x.patch': 'x',
  });
  const names = readPatchSet([], root).patches.map(({ series, file }) => `${series}/${file}`);
  expect(names).toEqual(['second/0001-b.patch', 'second/0002-c.patch', 'first/0001-a.patch']);
});

test('readPatchSet appends a requested series, once', async () => {
  root = await plant({
    'series/order': 'default\n',
    'series/default/0001-a.patch': 'a',
    'mine/0001-m.patch': 'm',
  });
  const set = readPatchSet([join(root, 'mine'), join(root, 'series/default')], root);
  expect(set.patches.map(({ text }) => text)).toEqual(['a', 'm']);
});

test('readPatchSet leaves out a series of the default ones', async () => {
  root = await plant({
    'series/order': 'kept\nleft\n',
    'series/kept/0001-k.patch': 'k',
    'series/left/0001-l.patch': 'l',
  });
  expect(readPatchSet([], root, ['left']).patches.map(({ text }) => text)).toEqual(['k']);
});

test('fragmentsOf names the options beside the patches, and none of a series that is left out', async () => {
  root = await plant({
    'series/order': 'kept\nleft\n',
    'series/kept/0001-k.patch': 'k',
    'series/kept/0002-l.patch': 'l',
    'series/kept/k.config': 'CONFIG_K=y\n',
    'series/left/0001-l.patch': 'l',
    'series/left/l.config': 'CONFIG_L=y\n',
  });
  expect(fragmentsOf(readPatchSet([], root, ['left']))).toEqual([join(root, 'series/kept/k.config')]);
});

test('readPatchSet refuses an order with a missing folder, and a folder without patches', async () => {
  root = await plant({ 'series/order': 'gone\n', 'empty/README': '' });
  const named = expect.objectContaining({
    message: expect.stringContaining('names the series gone'),
    next: expect.any(String),
  });
  expect(() => readPatchSet([], root)).toThrow(named);
  expect(() => readSeries(join(root, 'empty'))).toThrow(/holds no \*\.patch/);
});

test('readPatchSet grafts the parts of DaxFS that the kernel builds, and no tools', async () => {
  root = await plant({
    'daxfs/linux/Makefile': 'obj-y',
    'daxfs/core/file.c': 'int x;',
    'daxfs/tools/mkfs.c': 'int main;',
  });
  const targets = readPatchSet([], root).grafts.map(({ target }) => target);
  expect(targets).toEqual(['fs/daxfs/core/file.c', 'fs/daxfs/Makefile']);
});
