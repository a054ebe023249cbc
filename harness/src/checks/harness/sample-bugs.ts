import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { sha256 } from '../../host/cache.ts';
import { Failure } from '../../host/failure.ts';
import { type PlantedBug, plantBugs } from './plant.ts';

/** A planted bug and the path of its module in the checkout. */
export interface ModuleBug extends PlantedBug {
  module: string;
}

const perModule = 3;
/** Candidates for each bug of the sample, because some do not type-check. */
const spare = 2;

/** The same few bugs of each module while its text stays the same. Every one type-checks. */
export async function sampleBugs(
  copy: string,
  modules: readonly string[],
  signal: AbortSignal,
): Promise<ModuleBug[]> {
  const candidates = await Promise.all(
    modules.map(async (module) =>
      plantBugs(await readFile(join(copy, module), 'utf8'))
        .map((bug) => ({ module, ...bug }))
        .toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1))
        .slice(0, perModule * spare),
    ),
  );
  const typed = await typeChecked(copy, candidates.flat(), signal);
  return modules.flatMap((module) => typed.filter((bug) => bug.module === module).slice(0, perModule));
}

const rankOf = ({ module, name }: ModuleBug) => sha256(`${module} ${name}`);

/** One run of the compiler for all: each bug's text lies beside its module for the time of the run. */
async function typeChecked(copy: string, bugs: readonly ModuleBug[], signal: AbortSignal) {
  const paths = bugs.map(({ module }, place) => module.replace(/\.ts$/, `.planted-${place}.ts`));
  await Promise.all(bugs.map(({ text }, place) => writeFile(join(copy, `${paths[place]}`), text)));
  const { stdout, exitCode } = await execa('node_modules/.bin/tsc', ['--noEmit', '--pretty', 'false'], {
    ...{ cwd: copy, reject: false, cancelSignal: signal },
  });
  await Promise.all(paths.map((path) => rm(join(copy, path))));
  const refused = new Set([...stdout.matchAll(/^(\S+\.ts)\(\d+,\d+\): error/gm)].map(([, path]) => path));
  if (exitCode === undefined || (exitCode !== 0 && refused.size === 0))
    throw new Failure('infra', `tsc does not run: ${stdout}`);
  return bugs.filter((_, place) => !refused.has(paths[place]));
}
