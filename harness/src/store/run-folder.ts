import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { z } from 'zod';
import { checkoutRoot } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';

/** The folder of runs, links to the latest runs, and history: results/, or $ZEROHOP_RESULTS. */
export function resultsDir(): string {
  return resolve(process.env['ZEROHOP_RESULTS'] || join(checkoutRoot(), 'results'));
}

/** A new runs/<utc>-<experiment>-<id>/ with its empty folders, or `into` with them. */
export async function makeRunFolder(
  results: string,
  experiment: string,
  now: Date,
  into?: string,
): Promise<string> {
  const dir = into ?? join(results, 'runs', runName(experiment, now, randomBytes(3).toString('hex')));
  for (const folder of ['raw', 'logs', 'plots']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  return dir;
}

export function runName(experiment: string, at: Date, id: string): string {
  return `${at.toISOString().replace(/[-:]|\.\d+/g, '')}-${experiment}-${id}`;
}

/** Finds the run that a user names: by its folder, or by its name under results/runs or results/latest. */
export function findRun(named: string, cwd: string, results = resultsDir()): string {
  const places = [
    resolve(cwd, named),
    join(results, 'runs', named),
    join(results, 'latest', named),
    join(results, named),
  ];
  const dir = places.find((place) => existsSync(join(place, 'manifest.json')));
  if (dir !== undefined) return dir;
  throw new Failure('usage', `"${named}" is not a run folder (no manifest.json in it)`, {
    next: 'give a folder under results/runs, or an experiment for its latest run',
  });
}

/** Atomically points results/latest/<experiment> at a run. */
export async function pointLatest(results: string, experiment: string, dir: string): Promise<void> {
  const link = join(results, 'latest', experiment);
  const fresh = `${link}.${basename(dir)}`;
  await mkdir(dirname(link), { recursive: true });
  await rm(fresh, { force: true });
  await symlink(relative(dirname(link), dir), fresh);
  await rename(fresh, link);
}

/** Checks a value and writes it atomically: a reader sees the old file or the new one. */
export async function writeChecked<T>(path: string, schema: z.ZodType<T>, value: T): Promise<void> {
  const text = `${JSON.stringify(schema.parse(value), null, 2)}\n`;
  const fresh = `${path}.new`;
  try {
    await writeFile(fresh, text, { flush: true });
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}

export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8');
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('infra', `${path} is not what this version writes: ${(cause as Error).message}`, {
      cause,
    });
  }
}
