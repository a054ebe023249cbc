import { basename, dirname } from 'node:path';
import { execa } from 'execa';

/** Packs a folder beside itself. Equal files give equal bytes, on any machine and at any time. */
export async function pack(dir: string): Promise<string> {
  const file = `${dir}.tar.zst`;
  const plain = [
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u+rw,go=rX',
  ];
  await execa('tar', [...plain, '--zstd', '-cf', file, '-C', dirname(dir), basename(dir)]);
  return file;
}
