import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheRoot, hashOf, writeJson } from '../host/cache.ts';

/** The content of a tree that its owner may still edit: path to sha256, or to the target of a link. */
export type Snapshot = Record<string, string>;

/**
 * Hashes a kernel tree. Only files whose size or time changed since the last call are read, so this costs half a
 * second on an unchanged tree. Build products that git ignores are left out.
 */
export async function snapshotTree(dir: string): Promise<Snapshot> {
  const memo = join(cacheRoot(), 'work', `tree-${hashOf(dir).slice(0, 12)}.json`);
  const before = readJson<Record<string, [stamp: string, sha256: string]>>(memo);
  const stamps = await stampFiles(dir);
  const unread = [...stamps].filter(([path, stamp]) => before[path]?.[0] !== stamp);
  const fresh = await hashFiles(
    dir,
    unread.filter(([, stamp]) => !isLink(stamp)).map(([path]) => path),
  );
  const now: typeof before = {};
  for (const [path, stamp] of stamps)
    now[path] = [stamp, isLink(stamp) ? stamp : (fresh.get(path) ?? before[path]?.[1] ?? '')];
  if (unread.length > 0) await writeJson(memo, now);
  return Object.fromEntries(Object.entries(now).map(([path, [, sha256]]) => [path, sha256]));
}

/** Makes a copy equal to a snapshot of `dir`. Only files whose content changed get a new time. */
export async function mirrorTree(dir: string, snapshot: Snapshot, copy: string): Promise<void> {
  const record = `${copy}.json`;
  const before = readJson<Snapshot>(record);
  const changed = Object.keys(snapshot).filter((path) => before[path] !== snapshot[path]);
  const gone = Object.keys(before).filter((path) => snapshot[path] === undefined);
  // An interrupted copy must not trust these records.
  for (const path of [...changed, ...gone]) delete before[path];
  await writeJson(record, before);
  await mkdir(copy, { recursive: true });
  for (const path of gone) await rm(join(copy, path), { force: true });
  await execa(
    'xargs',
    ['-0', '-r', 'cp', '-P', '--parents', '--preserve=mode', '--remove-destination', '-t', copy],
    {
      cwd: dir,
      input: zeroEnded(changed),
    },
  );
  await writeJson(record, snapshot);
}

/** Files that an in-tree build leaves behind. They make kbuild refuse to build elsewhere. */
const buildProducts = [
  ...['.config', '*.o', '*.a', '*.cmd', '*.ko'].flatMap((name) => ['-name', name, '-o']),
  ...['./vmlinux', './include/config', './include/generated', './arch/*/include/generated'].flatMap(
    (path) => ['-path', path, '-o'],
  ),
];

async function stampFiles(dir: string): Promise<Map<string, string>> {
  const skipped = ['(', ...buildProducts, '-name', '.git', ')', '-prune'];
  const wanted = ['(', '-type', 'f', '-o', '-type', 'l', ')', '-printf', '%P\\0%y %s %T@ %l\\0'];
  const { stdout } = await execa('find', ['.', ...skipped, '-o', ...wanted], {
    cwd: dir,
    maxBuffer: 2 ** 30,
  });
  const fields = stdout.split('\0');
  const stamps = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) stamps.set(fields[i] as string, fields[i + 1] as string);
  if (!existsSync(join(dir, '.git'))) return stamps;
  const kept = new Set(await gitFiles(dir));
  return new Map([...stamps].filter(([path]) => kept.has(path)));
}

async function gitFiles(dir: string): Promise<string[]> {
  const { stdout } = await execa('git', ['-C', dir, 'ls-files', '-z', '-co', '--exclude-standard'], {
    env: { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined },
    maxBuffer: 2 ** 30,
  });
  return stdout.split('\0');
}

async function hashFiles(dir: string, paths: string[]): Promise<Map<string, string>> {
  const { stdout } = await execa('xargs', ['-0', '-r', 'sha256sum', '-z', '--'], {
    cwd: dir,
    input: zeroEnded(paths),
    maxBuffer: 2 ** 30,
  });
  const lines = stdout.split('\0').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function isLink(stamp: string): boolean {
  return stamp.startsWith('l ');
}

function zeroEnded(paths: string[]): string {
  return paths.map((path) => `${path}\0`).join('');
}

function readJson<T extends object>(file: string): T {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : ({} as T);
}
