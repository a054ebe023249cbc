import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkoutRoot, sha256 } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';

export interface Patch {
  /** The series' name, which is its folder's. */
  series: string;
  file: string;
  path: string;
  text: string;
  sha256: string;
}

/** A file of this repository that is copied into the tree. */
export interface Graft {
  /** The path in the tree. */
  target: string;
  path: string;
  sha256: string;
}

/** Everything that is added to a source. Grafts are added first, so that patches may build on them. */
export interface PatchSet {
  grafts: Graft[];
  patches: Patch[];
}

/** Folders of kernel-patches and their places in the tree. Tools and tests beside them are not part of a kernel. */
const graftPoints = { 'daxfs/core': 'fs/daxfs/core', 'daxfs/linux': 'fs/daxfs' };

/** The series in `order` except the excluded ones, then the extra series. A series named twice is applied once. */
export function readPatchSet(
  extraSeries: readonly string[] = [],
  root = patchRoot(),
  without: readonly string[] = [],
): PatchSet {
  const kept = readOrder(root).filter((dir) => !without.includes(basename(dir)));
  const series = [...new Set([...kept, ...extraSeries])];
  return { grafts: readGrafts(root), patches: series.flatMap(readSeries) };
}

export const noPatches: PatchSet = { grafts: [], patches: [] };

export function patchRoot(): string {
  return join(checkoutRoot(), 'kernel-patches');
}

/** The patches of one folder, in the order of their names. */
export function readSeries(dir: string): Patch[] {
  const files = existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith('.patch')) : [];
  if (files.length === 0)
    throw new Failure('usage', `the series ${dir} holds no *.patch file`, {
      next: 'a series is a folder of patches as `git format-patch` writes them',
    });
  return files.sort().map((file) => {
    const path = join(dir, file);
    const text = readFileSync(path, 'utf8');
    return { series: basename(dir), file, path, text, sha256: sha256(text) };
  });
}

/** The Kconfig fragments that lie beside the patches: what a series adds is built where the series is. */
export function fragmentsOf({ patches }: PatchSet): string[] {
  const folders = [...new Set(patches.map(({ path }) => dirname(path)))];
  return folders.flatMap((dir) =>
    readdirSync(dir)
      .filter((file) => file.endsWith('.config'))
      .map((file) => join(dir, file)),
  );
}

/** The names of the default series in their order. The file has one name a line; `#` begins a comment. */
export function seriesNames(root = patchRoot()): string[] {
  const order = join(root, 'series/order');
  if (!existsSync(order)) return [];
  return readFileSync(order, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

function readOrder(root: string): string[] {
  const order = join(root, 'series/order');
  const names = seriesNames(root);
  for (const name of names)
    if (!existsSync(join(root, 'series', name)))
      throw new Failure('usage', `${order} names the series ${name}, but there is no such folder beside it`, {
        next: 'take its line out, or restore the folder (git status)',
      });
  return names.map((name) => join(root, 'series', name));
}

function readGrafts(root: string): Graft[] {
  return Object.entries(graftPoints).flatMap(([folder, target]) => {
    const dir = join(root, folder);
    if (!existsSync(dir)) return [];
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
    return files
      .filter((file) => statSync(join(dir, file)).isFile())
      .map((file) => {
        const path = join(dir, file);
        return { target: join(target, file), path, sha256: sha256(readFileSync(path)) };
      });
  });
}
