import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { checkPatch } from '../../../src/checks/kernel/checkpatch.ts';
import { checkBuild } from '../../../src/checks/kernel/series-check.ts';
import { readFragments } from '../../../src/kernel/config.ts';
import { type Patch, patchRoot, readPatchSet, readSeries } from '../../../src/kernel/patches.ts';
import { obtainSource, type Source } from '../../../src/kernel/source.ts';

const root = join(patchRoot(), 'series');
const inOrder = readPatchSet().patches;
const names = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** The patches that the tree holds before a series: those that `order` names before it, or all of them. */
function earlierThan(name: string): Patch[] {
  const first = inOrder.findIndex(({ series }) => series === name);
  return first < 0 ? inOrder : inOrder.slice(0, first);
}

let source: Source;
beforeAll(async () => {
  source = await obtainSource({});
});

const patches = names.flatMap((name) => {
  const series = readSeries(join(root, name));
  return series.map(
    (patch, index) =>
      [`${name}/${patch.file}`, { series, patch, index, earlier: earlierThan(name) }] as const,
  );
});

test.each(patches)('checkpatch has nothing to say of %s', async (_name, { patch }) => {
  expect(await checkPatch(patch, source)).toEqual([]);
});

test.each(patches)(
  'gcc and sparse have nothing new to say with %s',
  async (_name, { series, index, earlier }) => {
    expect(await checkBuild({ source, fragments: readFragments(), earlier, series }, index)).toEqual([]);
  },
);
