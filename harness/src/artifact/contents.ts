import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../host/failure.ts';

/** The files of a run that everything else is made from. */
export const sources = ['manifest.json', 'samples.jsonl', 'summary.json', 'explain.jsonl'] as const;

/** An artifact's folder: runs/EXPERIMENT/, claims, schemas, and SHA256SUMS of all. */
export const sumsFile = 'SHA256SUMS';

/** The folders of an artifact's runs, by experiment. */
export async function runsIn(artifact: string): Promise<Map<string, string>> {
  if (!existsSync(join(artifact, sumsFile))) {
    throw new Failure('usage', `${artifact} is not an artifact (no ${sumsFile} in it)`, {
      next: 'make one: npm run artifact -- --output DIR',
    });
  }
  return runsBelow(join(artifact, 'runs'));
}

/** The runs in the folders below one, by the folders' names. */
export async function runsBelow(parent: string): Promise<Map<string, string>> {
  const names = (await readdir(parent)).filter((name) => existsSync(join(parent, name, 'manifest.json')));
  return new Map(names.sort().map((name) => [name, join(parent, name)]));
}

/** All files below a folder, as sorted relative paths. */
export async function filesBelow(dir: string, under = ''): Promise<string[]> {
  const entries = await readdir(join(dir, under), { withFileTypes: true });
  const found = entries.map(async (entry) => {
    const path = join(under, entry.name);
    return entry.isDirectory() ? filesBelow(dir, path) : [path];
  });
  return (await Promise.all(found)).flat().sort();
}
