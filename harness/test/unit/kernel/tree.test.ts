import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import { snapshotTree } from '../../../src/kernel/live-tree.ts';
import { noPatches, type PatchSet } from '../../../src/kernel/patches.ts';
import type { Source } from '../../../src/kernel/source.ts';
import { withWorkTree } from '../../../src/kernel/tree.ts';
import { patchLine, plant } from './trees.ts';

let scratch: string;
let pristine: string;
const longAgo = new Date('2020-01-01');

beforeEach(async () => {
  scratch = await plant({ 'src/net/a.c': 'a\n', 'src/net/b.c': 'b\n', 'src/net/c.c': 'c\n' });
  pristine = join(scratch, 'src');
  for (const file of ['a', 'b', 'c']) await utimes(join(pristine, `net/${file}.c`), longAgo, longAgo);
  vi.stubEnv('ZEROHOP_CACHE', join(scratch, 'cache'));
});
afterEach(async () => {
  await rm(scratch, { recursive: true });
  vi.unstubAllEnvs();
});

const still = (): Source => ({ origin: 'test', sha256: sha256('test'), warnings: [], dir: pristine });
const live = async (): Promise<Source> => ({ ...still(), snapshot: await snapshotTree(pristine) });

function patching(...files: string[]): PatchSet {
  const patches = files.map((file) => {
    const text = patchLine(`net/${file}.c`, file, `${file} patched`);
    return { series: 's', file: `${file}.patch`, path: file, text, sha256: sha256(text) };
  });
  return { grafts: [], patches };
}

/** The properties of each file that make sees: its content, and whether it is newer than any object. */
function look(dir: string): Record<string, string> {
  const seen = (file: string) => {
    const path = join(dir, `net/${file}.c`);
    if (!existsSync(path)) return 'gone';
    const old = statSync(path).mtimeMs === longAgo.getTime() ? 'old' : 'new';
    return `${readFileSync(path, 'utf8').trim()}, ${old}`;
  };
  return Object.fromEntries(['a', 'b', 'c'].map((file) => [file, seen(file)]));
}

async function lookAfter(source: Source, set: PatchSet): Promise<Record<string, string>> {
  return withWorkTree(source, set, async ({ dir }) => {
    const seen = look(dir);
    // As a build would leave it: all that is here has been compiled.
    for (const file of ['a', 'b', 'c'])
      if (existsSync(join(dir, `net/${file}.c`))) await age(join(dir, `net/${file}.c`));
    return seen;
  });
}

const age = (path: string) => utimes(path, longAgo, longAgo);

test('withWorkTree gives a new time only to files that differ between two patch sets', async () => {
  expect(await lookAfter(still(), patching('a', 'b'))).toEqual({
    a: 'a patched, new',
    b: 'b patched, new',
    c: 'c, old',
  });
  expect(await lookAfter(still(), patching('a', 'c'))).toEqual({
    a: 'a patched, old',
    b: 'b, new',
    c: 'c patched, new',
  });
  expect(await lookAfter(still(), noPatches)).toEqual({ a: 'a, new', b: 'b, old', c: 'c, new' });
});

test('withWorkTree never writes to the source', async () => {
  await lookAfter(still(), patching('a', 'b', 'c'));
  await lookAfter(still(), noPatches);
  expect(look(pristine)).toEqual({ a: 'a, old', b: 'b, old', c: 'c, old' });
});

test('withWorkTree repairs a tree when a switch of patch sets was killed', async () => {
  await lookAfter(still(), patching('a'));
  const killed = { ...still(), dir: join(scratch, 'gone') };
  await expect(lookAfter(killed, patching('b'))).rejects.toThrow();
  expect(await lookAfter(still(), noPatches)).toMatchObject({ a: 'a, new', b: 'b, old' });
});

test("withWorkTree follows the content of a user's tree", async () => {
  await lookAfter(await live(), noPatches);
  await writeFile(join(pristine, 'net/a.c'), 'edited\n');
  await writeFile(join(pristine, 'net/b.c'), 'b\n');
  await rm(join(pristine, 'net/c.c'));
  expect(await lookAfter(await live(), noPatches)).toEqual({ a: 'edited, new', b: 'b, old', c: 'gone' });
});

test('withWorkTree runs two builds in one tree one after the other', async () => {
  let inside = 0;
  const build = () =>
    withWorkTree(still(), noPatches, async () => {
      inside += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(inside).toBe(1);
      inside -= 1;
    });
  await Promise.all([build(), build(), build()]);
});

test("withWorkTree does not copy build products of a user's tree", async () => {
  const products = ['.config', 'include/generated/autoconf.h', 'net/a.o', 'net/.a.o.cmd', 'vmlinux'];
  await plant(Object.fromEntries(products.map((path) => [path, 'built'])), pristine);
  expect(Object.keys(await snapshotTree(pristine)).sort()).toEqual(['net/a.c', 'net/b.c', 'net/c.c']);
});
