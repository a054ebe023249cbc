import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, hashFile, materialise } from '../host/cache.ts';
import type { BuildOptions } from '../host/context.ts';
import { NotBuilt } from '../host/failure.ts';
import { type Build, buildKernel, installModules } from './build.ts';
import { type Bundle, type Metadata, openBundle } from './bundle.ts';
import { hashFiles } from './bundle-files.ts';
import { type BundleInputs, bundleId } from './bundle-id.ts';
import type { Fragment } from './config.ts';
import { treeVersion } from './kernel-tree.ts';
import type { PatchSet } from './patches.ts';
import { identifySource, obtainSource, type Source, type SourceOptions } from './source.ts';
import type { SourceIdentity } from './source-identity.ts';
import { readToolchain, type Toolchain } from './toolchain.ts';
import { type WorkTree, withWorkTree } from './tree.ts';

/** Everything that decides a kernel's bytes, except the source's content and the compiler, which are detected. */
export interface Recipe {
  source: SourceOptions;
  patches: PatchSet;
  fragments: Fragment[];
}

export interface CookOptions extends BuildOptions {
  /** Name of a separate work tree. Otherwise an unusual configuration would invalidate the default kernel's objects. */
  room?: string | undefined;
}

/** The recipe's bundle id, and the bundle if it is built. Builds nothing. */
export async function locateBundle(recipe: Recipe): Promise<{ id: string; bundle: Bundle | undefined }> {
  const id = bundleId(await inputsHere(recipe));
  const dir = join(cacheRoot(), 'bundles', id);
  return { id, bundle: existsSync(dir) ? openBundle(dir) : undefined };
}

/** The inputs of a build of the recipe. Builds nothing. */
export async function inputsHere(recipe: Recipe): Promise<BundleInputs> {
  return inputsOf(await identifySource(recipe.source), recipe, await readToolchain());
}

/** The recipe's bundle, built if it is not in the cache. */
export async function cook(
  recipe: Recipe,
  { onlyIfBuilt = false, room, ...context }: CookOptions = {},
): Promise<Bundle> {
  const located = await locateBundle(recipe);
  if (located.bundle !== undefined) return located.bundle;
  if (onlyIfBuilt) throw new NotBuilt(`the kernel ${located.id}`, 'npm run kernel -- build');
  const toolchain = await readToolchain();
  const { progress, signal } = context;
  const source = await obtainSource({ ...recipe.source, ...context });
  const id = bundleId(inputsOf(source, recipe, toolchain));
  const onWait = () =>
    progress?.({ what: 'kernel build: waiting for another command that uses the same tree' });
  const build = (dir: string) =>
    withWorkTree(
      source,
      recipe.patches,
      async (tree) => {
        const built = await buildKernel(tree, recipe.fragments, context);
        progress?.({ what: 'kernel bundle' });
        await fill(dir, tree, built);
        const metadata = await describe({ id, dir, recipe, source, toolchain, tree, built });
        await writeFile(join(dir, 'metadata.json'), `${JSON.stringify(metadata, null, 2)}\n`);
      },
      { onWait, signal, room },
    );
  return openBundle(await materialise('bundles', id, build, { onWait, signal }));
}

const inputsOf = (source: SourceIdentity, recipe: Recipe, toolchain: Toolchain): BundleInputs => ({
  source,
  ...recipe.patches,
  fragments: recipe.fragments,
  toolchain,
});

async function fill(dir: string, tree: WorkTree, built: Build): Promise<void> {
  for (const [name, path] of Object.entries(built.files)) await copyFile(path, join(dir, name));
  await mkdir(join(dir, 'modules'));
  await installModules(tree, built.release, join(dir, 'modules'));
}

interface Facts {
  id: string;
  /** The bundle's folder, complete except for its metadata. */
  dir: string;
  recipe: Recipe;
  source: Source;
  toolchain: Toolchain;
  tree: WorkTree;
  built: Build;
}

async function describe({ id, dir, recipe, source, toolchain, tree, built }: Facts): Promise<Metadata> {
  return {
    id,
    version: treeVersion(tree.dir),
    release: built.release,
    source: { origin: source.origin, sha256: source.sha256 },
    patches: recipe.patches.patches.map(({ series, file, sha256 }) => ({ series, file, sha256 })),
    grafts: recipe.patches.grafts.map(({ target, sha256 }) => ({ target, sha256 })),
    fragments: recipe.fragments.map(({ file, sha256 }) => ({ file, sha256 })),
    configSha256: await hashFile(built.files.config),
    toolchain,
    warnings: source.warnings,
    buildSeconds: Math.round(built.durationMs / 1000),
    files: await hashFiles(dir),
  };
}
