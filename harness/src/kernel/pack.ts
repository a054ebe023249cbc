import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { hashFile, materialise } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { type Bundle, metadataSchema, openBundle } from './bundle.ts';

/** One file that another machine can import. metadata.json comes first, so that it is read without the rest. */
export async function packBundle(bundle: Bundle, file: string): Promise<void> {
  const members = ['metadata.json', 'bzImage', 'vmlinux', 'System.map', 'config', 'modules'];
  const sameBytes = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await execa('tar', ['--zstd', ...sameBytes, '-C', bundle.dir, '-cf', file, ...members]);
}

/** Puts a packed bundle into the cache, each of its files checked against its metadata. */
export async function unpackBundle(file: string): Promise<Bundle> {
  const { id, files } = await readPackedMetadata(file);
  const fill = async (dir: string) => {
    await execa('tar', ['--zstd', '-C', dir, '-xf', file, '--no-same-owner']);
    for (const [name, sha256] of Object.entries(files))
      if ((await hashFile(join(dir, name))) !== sha256) throw damaged(file, `${name} has another sha256`);
  };
  return openBundle(await materialise('bundles', id, fill));
}

/** Zstandard's magic number: the only compression that packBundle uses. */
export function isPacked(file: string): boolean {
  const magic = Buffer.alloc(4);
  const handle = openSync(file, 'r');
  readSync(handle, magic, 0, 4, 0);
  closeSync(handle);
  return magic.readUInt32LE() === 0xfd2fb528;
}

async function readPackedMetadata(file: string) {
  const { exitCode, stdout } = await execa(
    'tar',
    ['--zstd', '-xOf', file, '--occurrence=1', 'metadata.json'],
    {
      reject: false,
    },
  );
  if (exitCode !== 0) throw damaged(file, 'no metadata.json in it');
  const metadata = metadataSchema.safeParse(JSON.parse(stdout));
  if (!metadata.success) throw damaged(file, metadata.error.message);
  return metadata.data;
}

function damaged(file: string, why: string): Failure {
  return new Failure('usage', `${file} is no whole kernel bundle: ${why}`, {
    next: 'pack it again where it was built: npm run kernel -- pack --output FILE',
  });
}
