import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { hashOf, materialise, sha256 } from './cache.ts';
import type { BuildOptions } from './context.ts';
import { Failure } from './failure.ts';
import { toolVersion } from './tool-version.ts';

/** A folder with a Makefile that takes OUT. */
export interface Sources {
  /** The kind of the cache entry. */
  kind: string;
  dir: string;
  target?: string;
  compilers?: readonly string[];
  /** Make's variables besides OUT. */
  variables?: Readonly<Record<string, string>>;
  /** A file written for the build, and the variable that names it. */
  input?: { variable: string; name: string; text: string };
}

/** The folder that `make` filled, built once for these sources, compilers, target and input. */
export async function built(
  { kind, dir, target = 'all', compilers = ['cc'], variables = {}, input }: Sources,
  { onlyIfBuilt }: Pick<BuildOptions, 'onlyIfBuilt'> = {},
): Promise<string> {
  const versions = await Promise.all(compilers.map(async (compiler) => (await toolVersion(compiler)).line));
  const key = {
    sources: await hashFolder(dir),
    versions,
    target,
    variables,
    input: sha256(input?.text ?? ''),
  };
  const make = async (out: string) => {
    const file = join(out, input?.name ?? '');
    if (input !== undefined) await writeFile(file, input.text);
    const all = { OUT: out, ...variables, ...(input && { [input.variable]: file }) };
    await runMake(dir, target, all);
    if (input !== undefined) await rm(file);
  };
  return materialise(kind, hashOf(key), make, { onlyIfBuilt });
}

async function runMake(
  dir: string,
  target: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const result = await execa('make', ['-s', '-C', dir, '-j2', ...words, target], {
    reject: false,
    all: true,
  });
  if (!result.failed) return;
  const lastLines = (result.all || String(result.message)).split('\n').slice(-20).join('\n');
  throw new Failure('infra', `${dir} does not build:\n${lastLines}`, {
    next: 'fix the source, or run `npm run doctor` if a tool is missing',
    cause: result,
  });
}

async function hashFolder(dir: string): Promise<string> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const hash = createHash('sha256');
  for (const path of paths.sort()) {
    const content = await readFile(path);
    hash.update(`${path.slice(dir.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
