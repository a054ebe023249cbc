import { readFile } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { cacheRoot, checkoutRoot } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { filesBelow } from './contents.ts';

/** Fails if a file of the artifact has a path, a host or a user of this machine in it. */
export async function demandNoNames(dir: string, names = namesHere()): Promise<void> {
  for (const path of await filesBelow(dir)) {
    if (/\.(png|pdf)$/.test(path)) continue;
    const text = await readFile(join(dir, path), 'utf8');
    const found = names.find((name) => standsIn(text, name));
    if (found === undefined) continue;
    throw new Failure('infra', `${path} has "${found}" in it, which names this machine or its user`, {
      next: 'measure the run again without that path in its command',
    });
  }
}

/** Whether a name stands in a text by itself: "/root/" is not in "$ZEROHOP_CACHE/root/x". */
function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!/[\w$}]/.test(text.charAt(at - 1))) return true;
  }
  return false;
}

/** Names that are too short or too common to tell anything ("root", "vm") are left out. */
export function namesHere(): string[] {
  const { username } = userInfo();
  const paths = [checkoutRoot(), cacheRoot(), `${homedir()}/`, `/home/${username}`];
  const names = [hostname(), username].filter((name) => name.length >= 6 && name !== 'localhost');
  return [...paths, ...names];
}
