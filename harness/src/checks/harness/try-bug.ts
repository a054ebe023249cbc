import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ModuleBug } from './sample-bugs.ts';

export type BugFate = 'found' | 'endless' | 'survived';

interface TestsEnd {
  fate: BugFate;
  /** The tests that failed; at most the first file's. */
  failed: string[];
}

const bugSeconds = 120;

/** Plants a bug in a copy of the checkout, runs the tests of its module, and restores the module. */
export async function tryBug(
  copy: string,
  { module, text }: ModuleBug,
  tests: readonly string[],
  signal: AbortSignal,
): Promise<TestsEnd> {
  const path = join(copy, module);
  const sound = await readFile(path, 'utf8');
  await writeFile(path, text);
  try {
    return await runTests(copy, tests, bugSeconds, signal);
  } finally {
    await writeFile(path, sound);
  }
}

/** Runs unit tests in a copy up to the first that fails. */
export async function runTests(
  copy: string,
  tests: readonly string[],
  limitSeconds: number,
  signal: AbortSignal,
): Promise<TestsEnd> {
  if (tests.length === 0) return { fate: 'survived', failed: [] };
  const vitest = ['node_modules/.bin/vitest', 'run', '--project', 'unit', '--bail', '1', '--maxWorkers', '1'];
  // timeout(1) ends the whole process group: a worker in an endless loop outlives its parent otherwise.
  const { exitCode, all } = await execa(
    'timeout',
    ['--signal=KILL', `${limitSeconds}`, ...vitest, '--no-cache', '--configLoader', 'runner', ...tests],
    { cwd: copy, reject: false, cancelSignal: signal, stdin: 'ignore', all: true, env: { NO_COLOR: '1' } },
  );
  signal.throwIfAborted();
  if (exitCode === 0) return { fate: 'survived', failed: [] };
  if (exitCode !== 1) return { fate: 'endless', failed: [] };
  const failed = [...all.matchAll(/^ FAIL +\|unit\| (.+)$/gm)].map(([, test = '']) => test);
  return { fate: 'found', failed: failed.length > 0 ? [...new Set(failed)] : ['no test is named'] };
}
