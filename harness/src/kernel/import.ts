import { existsSync, statSync } from 'node:fs';
import { materialise } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { type Bundle, type Metadata, openBundle } from './bundle.ts';
import { bundleId } from './bundle-id.ts';
import { damaged, orDamaged } from './damaged.ts';
import { isImageArchive, isLayout, readImage, readImageArchive } from './oci/read.ts';
import { isPacked, readPackedFile } from './pack.ts';
import type { Packed } from './packed.ts';
import { demandWhole } from './whole.ts';

/** An OCI image layout, the same in a tar, or a file that packBundle wrote. */
export function isImportable(path: string): boolean {
  return statSync(path).isDirectory() ? isLayout(path) : isPacked(path) || isImageArchive(path);
}

/** Puts a packed kernel into the cache, after checking that every file is what the kernel's metadata says. */
export async function importBundle(path: string): Promise<Bundle> {
  return withPacked(path, (packed) => enter(path, packed));
}

/** Reads a packed kernel and checks what can be checked without its files. */
export async function withPacked<T>(path: string, use: (packed: Packed) => Promise<T>): Promise<T> {
  const demanded = (packed: Packed) => use(demandId(path, packed));
  if (!existsSync(path))
    throw new Failure('usage', `there is no file ${path}`, { next: 'npm run kernel -- import FILE|DIR' });
  if (statSync(path).isDirectory()) return demanded(await readImage(path));
  if (isPacked(path)) return demanded(await readPackedFile(path));
  if (isImageArchive(path)) return readImageArchive(path, demanded);
  throw damaged(path, 'it is neither a packed bundle nor a tar of an OCI image layout');
}

/** Others find the kernel by its id, so the id must be that of the listed inputs. */
function demandId(path: string, packed: Packed): Packed {
  const { metadata } = packed;
  if (bundleId(metadata) !== metadata.id) throw damaged(path, `${metadata.id} is not its id`);
  return packed;
}

async function enter(path: string, packed: Packed): Promise<Bundle> {
  const { metadata, files } = packed;
  const dir = await materialise('bundles', metadata.id, async (into) => {
    await orDamaged(path, () => packed.fill(into));
    await demandWhole(path, files, into);
  });
  const bundle = openBundle(dir);
  if (!sameFiles(bundle.metadata.files, metadata.files))
    throw inTheWay(`${path} is another build of ${metadata.id} than the one in the cache`, dir);
  if (bundle.vmlinux === undefined && files['vmlinux'] !== undefined)
    throw inTheWay(`the cache has ${metadata.id} without its vmlinux`, dir);
  return bundle;
}

function inTheWay(what: string, dir: string): Failure {
  return new Failure('usage', what, {
    next: `use the one that is there, or remove ${dir} and import again`,
  });
}

function sameFiles(a: Metadata['files'], b: Metadata['files']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
