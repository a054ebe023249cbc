import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { hashFile } from '../host/cache.ts';

export const metadataFile = 'metadata.json';

/** The sha256 of every file of a bundle except its metadata, by path. Throws on links and devices. */
export async function hashFiles(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const hashes: [string, string][] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(dir, path);
    if (!entry.isFile()) throw new TypeError(`${name} is not a regular file`);
    if (name !== metadataFile) hashes.push([name, await hashFile(path)]);
  }
  return Object.fromEntries(hashes.sort(([a], [b]) => (a < b ? -1 : 1)));
}
