import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOf } from '../host/cache.ts';
import type { Metadata } from './bundle.ts';
import type { BundleInputs } from './bundle-id.ts';
import { orDamaged } from './damaged.ts';
import { withPacked } from './import.ts';
import { inputsHere, type Recipe } from './recipe.ts';
import { demandWhole } from './whole.ts';

/**
 * Builds a packed kernel again, and returns what differs, a line each. Nothing is built if this checkout has other
 * inputs: then these are what differs.
 */
export async function verifyPacked(
  path: string,
  recipe: Recipe,
  rebuild: () => Promise<Metadata>,
): Promise<string[]> {
  return withPacked(path, async (packed) => {
    const dir = await mkdtemp(join(tmpdir(), 'zerohop-verify-'));
    try {
      await orDamaged(path, () => packed.fill(dir));
      await demandWhole(path, packed.files, dir);
    } finally {
      await rm(dir, { recursive: true });
    }
    const theirs = packed.metadata;
    const inputs = differences(
      inputTable(theirs),
      inputTable(await inputsHere(recipe)),
      'that of this checkout',
    );
    if (inputs.length > 0) return inputs;
    return differences(theirs.files, (await rebuild()).files, 'the one built from its inputs');
  });
}

function inputTable({ source, grafts, patches, fragments, toolchain }: BundleInputs): Record<string, string> {
  return {
    'the source': source.sha256,
    'the patches': hashOf(patches.map(({ sha256 }) => sha256)),
    'the configuration': hashOf(fragments.map(({ sha256 }) => sha256)),
    ...Object.fromEntries(grafts.map(({ target, sha256 }) => [target, sha256])),
    ...toolchain,
  };
}

function differences(
  theirs: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>>,
  what: string,
): string[] {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  return names
    .filter((name) => theirs[name] !== ours[name])
    .map((name) => `${name} differs from ${what}: ${theirs[name] ?? 'none'}, here ${ours[name] ?? 'none'}`);
}
