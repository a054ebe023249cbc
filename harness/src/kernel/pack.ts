import { closeSync, openSync, readSync } from 'node:fs';
import { execa } from 'execa';
import { z } from 'zod';
import { type Bundle, metadataText } from './bundle.ts';
import { metadataFile } from './bundle-files.ts';
import { damaged } from './damaged.ts';
import type { Packed } from './packed.ts';
import { sameBytes } from './same-bytes.ts';

/** Packs a bundle into one file for another machine. metadata.json comes first, so that it can be read alone. */
export async function packBundle(bundle: Bundle, file: string): Promise<void> {
  const members = [metadataFile, 'bzImage', 'vmlinux', 'System.map', 'config', 'modules'];
  await execa('tar', ['--zstd', ...sameBytes, '-C', bundle.dir, '-cf', file, ...members]);
}

/** A file that packBundle wrote. */
export async function readPackedFile(file: string): Promise<Packed> {
  const text = await untarred(file, ['-O', '--occurrence=1', metadataFile]);
  const metadata = metadataText.safeParse(text);
  if (!metadata.success) throw damaged(file, z.prettifyError(metadata.error).split('\n')[0] ?? '');
  return {
    metadata: metadata.data,
    files: metadata.data.files,
    fill: async (into) => {
      await untarred(file, ['-C', into, '--no-same-owner']);
    },
  };
}

/** Zstandard's magic number: the only compression that packBundle uses. */
export function isPacked(file: string): boolean {
  const magic = Buffer.alloc(4);
  const handle = openSync(file, 'r');
  readSync(handle, magic, 0, 4, 0);
  closeSync(handle);
  return magic.readUInt32LE() === 0xfd2fb528;
}

async function untarred(file: string, options: readonly string[]): Promise<string> {
  const { failed, stdout, stderr } = await execa('tar', ['--zstd', '-xf', file, ...options], {
    reject: false,
  });
  if (failed) throw damaged(file, stderr.trim().split('\n')[0] ?? 'tar cannot read it');
  return stdout;
}
