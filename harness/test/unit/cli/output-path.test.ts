import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compare } from '../../../src/cli/compare.ts';
import { kernel } from '../../../src/cli/kernel.ts';
import { outputFile, outputFolder } from '../../../src/cli/output-path.ts';
import { report } from '../../../src/cli/report.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-output-'));
  file = join(dir, 'file');
  await writeFile(file, '');
});

afterEach(() => rm(dir, { recursive: true }));

test('outputFolder makes a folder with those above it', async () => {
  await outputFolder('output', join(dir, 'a/b'));
  expect((await stat(join(dir, 'a/b'))).isDirectory()).toBe(true);
});

test('outputFile makes the folder of a file, and refuses a folder in the place of the file', async () => {
  expect(await outputFile('html', join(dir, 'a/b.html'))).toBe(join(dir, 'a/b.html'));
  expect((await stat(join(dir, 'a'))).isDirectory()).toBe(true);
  await expect(outputFile('html', dir)).rejects.toMatchObject({ kind: 'usage' });
});

const reference = join(checkoutRoot(), 'results/reference/netperf');

test.each([
  ['report --output', () => report([reference, '--output', join(file, 'x')], context())],
  ['compare --html', () => compare([reference, reference, '--html', join(file, 'x')], context())],
  ['kernel pack --output', () => kernel(['pack', '--output', join(file, 'x')], context())],
  ['kernel pack --oci', () => kernel(['pack', '--oci', join(file, 'x')], context())],
])('%s says which place cannot be written, before it works', async (_, run) => {
  await expect(run()).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(
      /^Expected --\w+ to be a place that can be written, got .* \((ENOTDIR|EEXIST)\)\.$/,
    ),
  });
});

const context = () => ({ signal: new AbortController().signal, cwd: dir });
