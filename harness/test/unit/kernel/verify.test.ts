import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import type { Metadata } from '../../../src/kernel/bundle.ts';
import { writeImage } from '../../../src/kernel/oci/write.ts';
import { noPatches } from '../../../src/kernel/patches.ts';
import { inputsHere, type Recipe } from '../../../src/kernel/recipe.ts';
import { verifyPacked } from '../../../src/kernel/verify.ts';
import { openedBundle } from './bundles.ts';
import { plant } from './trees.ts';

let scratch: string;
let image: string;
let recipe: Recipe;
/** The metadata of a build of the recipe. */
let built: Metadata;

beforeEach(async () => {
  scratch = await plant({
    'tree/Makefile': 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 99\nEXTRAVERSION =\n',
    'tree/Kconfig': '',
    'tree/kernel/fork.c': '',
  });
  vi.stubEnv('ZEROHOP_CACHE', join(scratch, 'cache'));
  const config = 'CONFIG_A=y\n';
  recipe = {
    source: { source: join(scratch, 'tree') },
    patches: noPatches,
    fragments: [{ file: 'a.config', text: config, sha256: sha256(config) }],
  };
  const { source, fragments, toolchain } = await inputsHere(recipe);
  const metadata = {
    source: { origin: 'a tree', sha256: source.sha256 },
    fragments: fragments.map((fragment) => ({ file: 'a.config', sha256: fragment.sha256 })),
    toolchain,
  };
  const bundle = await openedBundle(join(scratch, 'bundle'), { metadata });
  built = bundle.metadata;
  image = join(scratch, 'image.tar');
  await writeImage(bundle, image, { debug: false });
});
afterEach(async () => {
  await rm(scratch, { recursive: true });
  vi.unstubAllEnvs();
});

test('a kernel is what its sources give when a build makes the same files', async () => {
  expect(await verifyPacked(image, recipe, async () => built)).toEqual([]);
});

test('a file is named when a build makes another one', async () => {
  const files = { ...built.files, vmlinux: sha256('other') };
  expect(await verifyPacked(image, recipe, async () => ({ ...built, files }))).toEqual([
    `vmlinux differs from the one built from its inputs: ${built.files['vmlinux']}, here ${sha256('other')}`,
  ]);
});

test('nothing is built when this checkout has other inputs, and they are named', async () => {
  const other = { ...recipe, fragments: [{ file: 'a.config', text: '', sha256: sha256('') }] };
  const rebuild = vi.fn();
  const findings = await verifyPacked(image, other, rebuild);
  expect(findings).toEqual([
    expect.stringMatching(/^the configuration differs from that of this checkout: /),
  ]);
  expect(rebuild).not.toHaveBeenCalled();
});

test('a damaged pack is refused before anything is built', async () => {
  await truncate(image, 3000);
  const rebuild = vi.fn();
  await expect(verifyPacked(image, recipe, rebuild)).rejects.toMatchObject({ kind: 'usage' });
  expect(rebuild).not.toHaveBeenCalled();
});
