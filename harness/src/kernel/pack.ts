import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { execa } from 'execa';
import { z } from 'zod';
import { materialise } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { type Bundle, type Metadata, metadataText, openBundle } from './bundle.ts';
import { hashFiles, metadataFile } from './bundle-files.ts';
import { bundleId } from './bundle-id.ts';

/** Packs a bundle into one file for another machine. metadata.json comes first, so that it can be read alone. */
export async function packBundle(bundle: Bundle, file: string): Promise<void> {
  const members = [metadataFile, 'bzImage', 'vmlinux', 'System.map', 'config', 'modules'];
  const sameBytes = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await execa('tar', ['--zstd', ...sameBytes, '-C', bundle.dir, '-cf', file, ...members]);
}

/** Puts a packed bundle into the cache, after checking the hash of every file against its metadata. */
export async function unpackBundle(file: string): Promise<Bundle> {
  if (!existsSync(file))
    throw new Failure('usage', `there is no file ${file}`, { next: 'npm run kernel -- import FILE' });
  const packed = await readPackedMetadata(file);
  const dir = await materialise('bundles', packed.id, async (into) => {
    await untarred(file, ['-C', into, '--no-same-owner']);
    await demandFiles(file, packed, into);
  });
  const bundle = openBundle(dir);
  if (!sameFiles(bundle.metadata.files, packed.files))
    throw new Failure('usage', `${file} is another build of ${packed.id} than the one in the cache`, {
      next: `use the one that is there, or remove ${dir} and import again`,
    });
  return bundle;
}

/** Zstandard's magic number: the only compression that packBundle uses. */
export function isPacked(file: string): boolean {
  const magic = Buffer.alloc(4);
  const handle = openSync(file, 'r');
  readSync(handle, magic, 0, 4, 0);
  closeSync(handle);
  return magic.readUInt32LE() === 0xfd2fb528;
}

/** Reads the metadata and checks the id against the listed inputs, because others find the kernel by its id. */
async function readPackedMetadata(file: string): Promise<Metadata> {
  const text = await untarred(file, ['-O', '--occurrence=1', metadataFile]);
  const metadata = metadataText.safeParse(text);
  if (!metadata.success) throw damaged(file, z.prettifyError(metadata.error).split('\n')[0] ?? '');
  if (bundleId(metadata.data) !== metadata.data.id) throw damaged(file, `${metadata.data.id} is not its id`);
  return metadata.data;
}

async function untarred(file: string, options: readonly string[]): Promise<string> {
  const { failed, stdout, stderr } = await execa('tar', ['--zstd', '-xf', file, ...options], {
    reject: false,
  });
  if (failed) throw damaged(file, stderr.trim().split('\n')[0] ?? 'tar cannot read it');
  return stdout;
}

async function demandFiles(file: string, { files }: Metadata, dir: string): Promise<void> {
  const found = await hashFiles(dir).catch((error: Error) => {
    throw error instanceof TypeError ? damaged(file, error.message) : error;
  });
  for (const name of new Set([...Object.keys(files), ...Object.keys(found)])) {
    if (files[name] === undefined) throw damaged(file, `its metadata does not list ${name}`);
    if (found[name] === undefined) throw damaged(file, `${name} is missing`);
    if (files[name] !== found[name])
      throw damaged(file, `${name} has another sha256 than metadata.json says`);
  }
}

function sameFiles(a: Metadata['files'], b: Metadata['files']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function damaged(file: string, why: string): Failure {
  return new Failure('usage', `${file} is not a whole kernel bundle: ${why}`, {
    next: 'pack it again where it was built: npm run kernel -- pack --output FILE',
  });
}
