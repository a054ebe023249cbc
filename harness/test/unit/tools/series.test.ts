import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTool } from './run-tool.ts';

let dir: string;
let patches: string;
let tree: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-series-'));
  patches = join(dir, 'patches');
  tree = join(dir, 'tree');
  await kernel('source', 'first\n');
  await put('patches/series/order', '# the default\none\ntwo\n');
  await put('patches/series/one/0001-a.patch', patchOf('[PATCH] a: Add a line', 'a', '', 'of one'));
  await put('patches/series/two/0001-b.patch', patchOf('[PATCH] b: Add a line', 'b', '', 'of two'));
  await put('patches/series/two/cover-letter.txt', 'why\n');
});
afterEach(() => rm(dir, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(join(dir, path, '..'), { recursive: true });
  await writeFile(join(dir, path), text);
}

/** A folder that the harness accepts as a kernel tree, with one more file. */
async function kernel(name: string, text: string): Promise<void> {
  for (const file of ['Kconfig', 'Makefile', 'kernel/Makefile']) await put(`${name}/${file}`, '\n');
  await put(`${name}/README`, text);
}

const patchOf = (subject: string, file: string, before: string, line: string) =>
  [
    'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001',
    'From: zerohop authors <authors@zerohop.example>',
    'Date: Fri, 20 Nov 2026 17:00:00 +0000',
    `Subject: ${subject}`,
    '',
    'Why.',
    '',
    'Signed-off-by: zerohop authors <authors@zerohop.example>',
    '---',
    '',
    `diff --git a/${file} b/${file}`,
    ...(before === ''
      ? ['new file mode 100644', 'index 0000000..1111111']
      : ['index 2222222..1111111 100644']),
    before === '' ? '--- /dev/null' : `--- a/${file}`,
    `+++ b/${file}`,
    before === '' ? '@@ -0,0 +1 @@' : '@@ -1 +1,2 @@',
    ...(before === '' ? [] : [` ${before}`]),
    `+${line}`,
    '',
  ].join('\n');

const series = (verb: string, name: string, source = 'source') =>
  runTool('series.mts', verb, name, tree, '--patches', patches, '--source', join(dir, source));
const log = async (branch: string) =>
  (await execa('git', ['-C', tree, 'log', '--reverse', '--format=%s', branch], { lines: true })).stdout.slice(
    1,
  );
const patchesOf = async (name: string) =>
  (await readdir(join(patches, 'series', name))).filter((file) => file.endsWith('.patch')).sort();

test('apply makes a branch with a commit for each patch, after those of the series before it', async () => {
  const end = await series('apply', 'two');
  expect(end, end.stderr).toMatchObject({ exitCode: 0, stdout: `${tree}: branch two` });
  expect(await log('two')).toEqual(['a: Add a line', 'b: Add a line']);
  expect(await log('two.base')).toEqual(['a: Add a line']);
  expect(await series('apply', 'two')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('has a branch two already'),
  });
});

test('format-patch writes what was committed, and keeps the cover letter', async () => {
  await series('apply', 'two');
  await writeFile(join(tree, 'b'), 'of two\nmore\n');
  await execa('git', [
    '-C',
    tree,
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example',
    'commit',
    '-qam',
    'b: Add more',
  ]);
  const end = await series('format-patch', 'two');
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  expect(await patchesOf('two')).toEqual(['0001-b-Add-a-line.patch', '0002-b-Add-more.patch']);
  expect(await readFile(join(patches, 'series/two/cover-letter.txt'), 'utf8')).toBe('why\n');
  const text = await readFile(join(patches, 'series/two/0001-b-Add-a-line.patch'), 'utf8');
  expect(text).toContain('\nSubject: [PATCH 1/2] b: Add a line\n');
  expect(text).toContain('\nDate: Fri, 20 Nov 2026 17:00:00 +0000\n');
});

test('what was written applies again, and is then written as the same bytes', async () => {
  await series('apply', 'two');
  await series('format-patch', 'two');
  const [file = ''] = await patchesOf('two');
  const first = await readFile(join(patches, 'series/two', file), 'utf8');
  await rm(tree, { recursive: true });
  await series('apply', 'two');
  await series('format-patch', 'two');
  expect(await readFile(join(patches, 'series/two', file), 'utf8')).toBe(first);
});

test('rebase moves the branch onto another source and onto what the series before it has become', async () => {
  await series('apply', 'two');
  await kernel('newer', 'second\n');
  await put('patches/series/one/0002-a.patch', patchOf('[PATCH] a: Add another', 'a', 'of one', 'too'));
  const end = await series('rebase', 'two', 'newer');
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  expect(await log('two')).toEqual(['a: Add a line', 'a: Add another', 'b: Add a line']);
  expect(await readFile(join(tree, 'README'), 'utf8')).toBe('second\n');
});

test('rebase says where it conflicts, and leaves that to be resolved', async () => {
  await series('apply', 'two');
  await kernel('newer', 'second\n');
  await put('newer/b', 'something else\n');
  const end = await series('rebase', 'two', 'newer');
  expect(end).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('git rebase --continue') });
});

test('a series that does not apply is named with its patch', async () => {
  await put('source/b', 'something else\n');
  expect(await series('apply', 'two')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('two/0001-b.patch does not apply'),
  });
});

test('order prints the default series, and makes others the default', async () => {
  const order = (...names: string[]) => runTool('series.mts', 'order', ...names, '--patches', patches);
  expect((await order()).stdout).toBe('one (1)\ntwo (1)');
  expect((await order('two', 'one')).stdout).toBe('two (1)\none (1)');
  expect(await readFile(join(patches, 'series/order'), 'utf8')).toBe('# the default\ntwo\none\n');
  expect(await order('two', 'three')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('series/three'),
  });
  expect(await order('two', 'two')).toMatchObject({ exitCode: 2 });
});
