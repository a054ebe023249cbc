import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { CpioEntry } from './cpio.ts';
import { underUsr } from './skeleton.ts';

/** A kernel's lib/modules, by whose index programs find modules, and what is built in. */
export async function moduleEntries(dir: string): Promise<CpioEntry[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = found.filter((item) => item.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    paths.map(
      async (path): Promise<CpioEntry> => ({
        kind: 'file',
        path: underUsr(relative(dir, path)),
        mode: 0o644,
        data: await readFile(path),
      }),
    ),
  );
}
