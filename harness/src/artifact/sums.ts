import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../host/cache.ts';
import { filesBelow, sumsFile } from './contents.ts';

/** Writes SHA256SUMS of every other file, in the form that sha256sum reads. */
export async function writeSums(dir: string): Promise<void> {
  const files = (await filesBelow(dir)).filter((path) => path !== sumsFile);
  const lines: string[] = [];
  for (const path of files) lines.push(`${await hashFile(join(dir, path))}  ${path}\n`);
  await writeFile(join(dir, sumsFile), lines.join(''));
}

/** Differences from SHA256SUMS, a line each: changed, missing and unlisted files. */
export async function checkSums(dir: string): Promise<string[]> {
  const listed = await readSums(dir);
  const present = new Set(await filesBelow(dir));
  present.delete(sumsFile);
  const findings: string[] = [];
  for (const [path, sum] of listed) {
    if (!present.has(path)) findings.push(`${path}: listed in ${sumsFile}, and missing`);
    else if ((await hashFile(join(dir, path))) !== sum) findings.push(`${path}: differs from ${sumsFile}`);
    present.delete(path);
  }
  return [...findings, ...[...present].map((path) => `${path}: not listed in ${sumsFile}`)];
}

async function readSums(dir: string): Promise<Map<string, string>> {
  const lines = (await readFile(join(dir, sumsFile), 'utf8')).split('\n').slice(0, -1);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
