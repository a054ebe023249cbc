import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { ofCommit, patchesAt } from '../../../src/kernel/commit-patches.ts';
import { readPatchSet } from '../../../src/kernel/patches.ts';
import { scratch } from '../store/made.ts';

test('patchesAt gives the files of a commit, whatever the checkout has', async () => {
  vi.stubEnv('ZEROHOP_CACHE', await scratch());
  const dir = await patchesAt('HEAD');
  const list = ['-C', checkoutRoot(), 'ls-tree', '-r', '--name-only', 'HEAD:kernel-patches'];
  const { stdout } = await execa('git', list, { lines: true });
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(dir.length + 1));
  expect(paths.sort()).toEqual(stdout.sort());
  expect(readPatchSet([], dir).patches.length).toBeGreaterThan(0);
});

test('patchesAt says when there is no such commit', async () => {
  await expect(patchesAt('no-such')).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('no kernel-patches of it'),
  });
});

test.each(['commit:HEAD~3', 'commit:0b043f6c21', 'commit:v1.0'])('%s is a kernel', (spec) => {
  expect(ofCommit.test(spec)).toBe(true);
});

test.each(['commit:', 'commit:--help', './commit'])('%s is none', (spec) => {
  expect(ofCommit.test(spec)).toBe(false);
});
