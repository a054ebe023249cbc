import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import { makeOverlay } from '../../../src/kernel/overlay.ts';
import type { Patch } from '../../../src/kernel/patches.ts';
import { patchLine, plant } from './trees.ts';

const scratch: string[] = [];
afterEach(async () => {
  for (const dir of scratch.splice(0)) await rm(dir, { recursive: true });
});

async function tree(files: Record<string, string>): Promise<string> {
  const dir = await plant(files);
  scratch.push(dir);
  return dir;
}

function patch(text: string, file = '0001-change.patch'): Patch {
  return { series: 'splice', file, path: `/series/splice/${file}`, text, sha256: sha256(text) };
}

const added = `diff --git a/net/new.c b/net/new.c
new file mode 100644
--- /dev/null
+++ b/net/new.c
@@ -0,0 +1 @@
+int fresh;
`;

const removed = `diff --git a/net/old.c b/net/old.c
deleted file mode 100644
--- a/net/old.c
+++ /dev/null
@@ -1 +0,0 @@
-int old;
`;

test('makeOverlay applies patches in order: files are as the last patch leaves them', async () => {
  const pristine = await tree({ 'net/a.c': 'one\n', 'net/old.c': 'int old;\n', 'net/untouched.c': 'x\n' });
  const patches = [patch(patchLine('net/a.c', 'one', 'two')), patch(patchLine('net/a.c', 'two', 'three'))];
  const set = { grafts: [], patches: [...patches, patch(added), patch(removed)] };
  const { dir, paths } = await makeOverlay(set, pristine, join(pristine, 'overlay'));
  expect(paths.sort()).toEqual(['net/a.c', 'net/new.c', 'net/old.c']);
  expect(await readFile(join(dir, 'net/a.c'), 'utf8')).toBe('three\n');
  expect(await readFile(join(dir, 'net/new.c'), 'utf8')).toBe('int fresh;\n');
  expect(existsSync(join(dir, 'net/old.c'))).toBe(false);
  expect(await readFile(join(pristine, 'net/a.c'), 'utf8')).toBe('one\n');
});

test('makeOverlay names the patch and the hunk when a patch does not apply', async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
  const pristine = await tree({ 'net/a.c': `${lines.join('\n')}\n` });
  const text = `diff --git a/net/a.c b/net/a.c
--- a/net/a.c
+++ b/net/a.c
@@ -1,3 +1,3 @@
 line 1
-line 2
+line two
 line 3
@@ -20,3 +20,3 @@ some_function
 line 20
-line no longer there
+line 21
 line 22
`;
  const set = { grafts: [], patches: [patch(text, '0007-late.patch')] };
  await expect(makeOverlay(set, pristine, join(pristine, 'overlay'))).rejects.toMatchObject({
    kind: 'usage',
    message:
      'patch splice/0007-late.patch does not apply: hunk 2 of 2 in net/a.c (@@ -20,3 +20,3 @@ some_function)',
  });
});

test('makeOverlay names the file when the tree lacks it', async () => {
  const pristine = await tree({ 'net/a.c': 'one\n' });
  const set = { grafts: [], patches: [patch(patchLine('net/gone.c', 'one', 'two'))] };
  await expect(makeOverlay(set, pristine, join(pristine, 'overlay'))).rejects.toThrow(/net\/gone\.c/);
});

test('makeOverlay works when a git repository surrounds the folder', async () => {
  const around = await tree({ 'pristine/net/a.c': 'one\n' });
  await execa('git', ['init', '-q', around]);
  const set = { grafts: [], patches: [patch(patchLine('net/a.c', 'one', 'two'))] };
  const { dir } = await makeOverlay(set, join(around, 'pristine'), join(around, 'deep/overlay'));
  expect(await readFile(join(dir, 'net/a.c'), 'utf8')).toBe('two\n');
});
