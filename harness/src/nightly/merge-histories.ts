import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { unique } from '../measure/group.ts';
import { openLines } from '../store/lines.ts';
import { readPartTimes } from '../store/part-times.ts';

const lineSchema = z.looseObject({ at: z.string() });

/**
 * Adds what shards of a night recorded to our history: the lines that it lacks, oldest first. The result is the same
 * whatever the order of the folders. Returns the number of lines by file.
 */
export async function mergeHistories(dirs: readonly string[], results: string): Promise<Map<string, number>> {
  await demandOneCommit(dirs);
  const files = unique((await Promise.all(dirs.map(linesFiles))).flat()).sort();
  const added = new Map<string, number>();
  for (const file of files) {
    const known = new Set(await linesOf(results, file));
    const theirs = (await Promise.all(dirs.map((dir) => linesOf(dir, file)))).flat();
    const fresh = unique(theirs).filter((line) => !known.has(line));
    await append(join(results, 'history', file), fresh.map(dated).sort(byDate));
    added.set(file, fresh.length);
  }
  return added;
}

async function demandOneCommit(dirs: readonly string[]): Promise<void> {
  const commits = await Promise.all(
    dirs.map(async (dir) => {
      const last = (await readPartTimes(dir)).at(-1);
      if (last !== undefined) return `${last.commit} in ${dir}`;
      throw new Failure('usage', `${dir} has no history/parts.jsonl`, {
        next: 'give the results folders of a night that ran in shards',
      });
    }),
  );
  if (new Set(commits.map((text) => text.split(' ')[0])).size < 2) return;
  throw new Failure('usage', `the shards have different commits: ${commits.join('; ')}`, {
    next: 'merge shards of one night',
  });
}

async function linesFiles(dir: string): Promise<string[]> {
  const files = await readdir(join(dir, 'history'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.jsonl'));
}

async function linesOf(dir: string, file: string): Promise<string[]> {
  const path = join(dir, 'history', file);
  if (!existsSync(path)) return [];
  return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
}

const dated = (line: string) => ({ line, at: lineSchema.parse(JSON.parse(line)).at });

function byDate(a: ReturnType<typeof dated>, b: ReturnType<typeof dated>): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.line < b.line ? -1 : 1;
}

async function append(path: string, records: readonly ReturnType<typeof dated>[]): Promise<void> {
  if (records.length === 0) return;
  await mkdir(dirname(path), { recursive: true });
  const lines = await openLines(path);
  await lines.append(records.map(({ line }) => JSON.parse(line))).finally(() => lines.close());
}
