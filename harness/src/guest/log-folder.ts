import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot } from '../host/cache.ts';

/** How many commands' logs are kept. */
const keep = 20;

let made = 0;

/** A new folder for the logs of one command's or test's hosts; the oldest folders are removed. */
export async function newLogFolder(whose: 'guest' | 'tests' = 'guest'): Promise<string> {
  const parent = join(cacheRoot(), 'logs', whose);
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const dir = join(parent, `${stamp}-${made++}-${process.pid}`);
  await mkdir(dir, { recursive: true });
  const old = (await readdir(parent)).sort().slice(0, -keep);
  await Promise.all(
    old.filter(isAbandoned).map((name) => rm(join(parent, name), { recursive: true, force: true })),
  );
  return dir;
}

/** A log folder's name ends with the id of the process that writes it. */
function isAbandoned(name: string): boolean {
  try {
    process.kill(Number(name.split('-').at(-1)), 0);
    return false;
  } catch {
    return true;
  }
}
