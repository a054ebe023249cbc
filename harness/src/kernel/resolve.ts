import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashFile } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { type BootableKernel, type Bundle, isBundle, openBundle } from './bundle.ts';
import { ofCommit, patchesAt } from './commit-patches.ts';
import { readFragments } from './config.ts';
import { importBundle, isImportable } from './import.ts';
import { isKernelTree } from './kernel-tree.ts';
import { fragmentsOf, noPatches, patchRoot, readPatchSet, seriesNames } from './patches.ts';
import { type CookOptions, cook, locateBundle, type Recipe } from './recipe.ts';

export interface ResolveOptions extends CookOptions {
  locked?: boolean | undefined;
  /** The source of kernels that are built from series: a tarball or a tree. */
  source?: string | undefined;
}

/** The kernel of a `--kernel` argument, built if needed. Without an argument, the default kernel. */
export async function resolveKernel(spec: string | undefined, options: ResolveOptions = {}): Promise<Bundle> {
  const meant = await meaningOf(spec, options);
  return 'recipe' in meant ? cook(meant.recipe, options) : meant.open();
}

/** The bundle id of a `--kernel` argument. Builds nothing. */
export async function kernelId(spec: string | undefined): Promise<string> {
  const meant = await meaningOf(spec, {});
  return 'recipe' in meant ? (await locateBundle(meant.recipe)).id : (await meant.open()).id;
}

/** A kernel to build, or one that is built. */
type Meaning = { recipe: Recipe } | { open: () => Bundle | Promise<Bundle> };

async function meaningOf(spec: string | undefined, options: ResolveOptions): Promise<Meaning> {
  if (spec === undefined) return { recipe: patchedRecipe([], [], options) };
  const leftOut = without.exec(spec)?.[1];
  if (leftOut !== undefined) return { recipe: recipeWithout(leftOut, options) };
  const commit = ofCommit.exec(spec)?.[1];
  if (commit !== undefined) return { recipe: recipeAt(await patchesAt(commit), options) };
  const path = resolve(spec);
  if (!existsSync(path)) throw unknown(path, 'does not exist');
  if (isImportable(path)) return { open: () => importBundle(path) };
  if (!statSync(path).isDirectory()) {
    throw unknown(
      path,
      isImage(path) ? 'is a bare bzImage, which only `npm run guest` can use' : 'is not a kernel',
    );
  }
  if (isBundle(path)) return { open: () => openBundle(path) };
  if (isKernelTree(path)) return { recipe: plainRecipe(path) };
  if (readdirSync(path).some((file) => file.endsWith('.patch')))
    return { recipe: patchedRecipe([path], [], options) };
  throw unknown(path, 'is not a kernel');
}

/** Like resolveKernel, for a guest that only has to boot: it also accepts a bare bzImage. */
export async function resolveImage(
  spec: string | undefined,
  options: ResolveOptions = {},
): Promise<BootableKernel> {
  const path = spec === undefined ? undefined : resolve(spec);
  if (path === undefined || !existsSync(path) || !isImage(path)) return resolveKernel(spec, options);
  return { id: `image-${(await hashFile(path)).slice(0, 16)}`, image: path };
}

/** The default series and the named ones, on the pinned source or the given one. */
export function patchedRecipe(
  series: readonly string[],
  fragments: readonly string[],
  { source, locked }: ResolveOptions,
): Recipe {
  const patches = readPatchSet(series.map((dir) => resolve(dir)));
  const extra = fragments.map((file) => resolve(file));
  return {
    source: { source, locked },
    patches,
    fragments: readFragments([...fragmentsOf(patches), ...extra]),
  };
}

/** `without:SERIES` is the default kernel without one series: the A side of an A/B test of that series. */
export const without = /^without:([\w.-]+)$/;

function recipeWithout(series: string, { source, locked }: ResolveOptions): Recipe {
  if (!existsSync(join(patchRoot(), 'series', series))) {
    throw new Failure('usage', `--kernel without:${series}: kernel-patches/series has no such folder`, {
      next: `${join(patchRoot(), 'series')} has ${seriesNames().join(', ')}`,
    });
  }
  const patches = readPatchSet([], patchRoot(), [series]);
  return { source: { source, locked }, patches, fragments: readFragments(fragmentsOf(patches)) };
}

/** The default kernel by another folder kernel-patches. */
function recipeAt(root: string, { source, locked }: ResolveOptions): Recipe {
  const patches = readPatchSet([], root);
  return { source: { source, locked }, patches, fragments: readFragments(fragmentsOf(patches), root) };
}

/** A tree without further patches. */
function plainRecipe(tree: string): Recipe {
  return { source: { source: tree }, patches: noPatches, fragments: readFragments() };
}

/** The boot protocol's magic number, at its fixed place in every bzImage. */
function isImage(path: string): boolean {
  if (!statSync(path).isFile()) return false;
  const magic = Buffer.alloc(4);
  const file = openSync(path, 'r');
  readSync(file, magic, 0, 4, 0x202);
  closeSync(file);
  return magic.toString('latin1') === 'HdrS';
}

function unknown(path: string, what: string): Failure {
  return new Failure('usage', `--kernel ${path} ${what}`, {
    next: 'give a bundle (folder, packed file, OCI image layout), the top folder of a kernel tree, or a series (a folder of *.patch files)',
  });
}
