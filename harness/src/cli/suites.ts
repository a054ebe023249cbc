import { execa } from 'execa';
import { checkoutRoot } from '../host/cache.ts';
import type { FileTime } from './slowest.ts';
import { type Tally, TallyReporter } from './test-tally.ts';

/** Checks that read the whole tree and need no compiler. Each is a command line. */
export const checks = {
  lint: ['node', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--colors=off'],
  types: ['node', 'node_modules/typescript/bin/tsc', '--noEmit'],
  exports: ['node', 'node_modules/knip/bin/knip.js', '--no-progress'],
  scripts: ['sh', '-c', "git grep -lE '^#!/bin/(ba)?sh' -- ':!*.ts' ':!*.md' | xargs shellcheck"],
  spelling: ['sh', '-c', 'git ls-files | xargs codespell'],
} as const;
export type Check = keyof typeof checks;

/** Vitest's projects (vitest.config.ts), in the order in which they run: the fast ones first. */
export const projects = ['unit', 'build', 'guest', 'guest-alone'] as const;
export type Project = (typeof projects)[number];

export async function runCheck(name: Check, signal: AbortSignal): Promise<Tally> {
  const [program, ...args] = checks[name];
  const { exitCode, all } = await execa(program, args, {
    cwd: checkoutRoot(),
    reject: false,
    all: true,
    stdin: 'ignore',
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  const passed = exitCode === 0;
  process.stdout.write(passed ? `${name} passed\n` : `${all}\n${name} failed with status ${exitCode}\n`);
  return passed
    ? { passed: 1, failed: [], skipped: 0 }
    : { passed: 0, failed: [`${name}: status ${exitCode}`], skipped: 0 };
}

export interface SuiteOptions {
  signal: AbortSignal;
  coverage: boolean;
}

export interface ProjectRun {
  tally: Tally;
  times: readonly FileTime[];
}

/** Runs the files of a project whose path contains one of `names`, or all files. Calls `before` if there are any. */
export async function runProject(
  project: Project,
  names: string[],
  { signal, coverage, before }: SuiteOptions & { before: () => Promise<void> },
): Promise<ProjectRun> {
  const { createVitest } = await import('vitest/node');
  const reporter = new TallyReporter();
  const vitest = await createVitest('test', {
    root: checkoutRoot(),
    watch: false,
    project: [project],
    coverage: {
      enabled: coverage,
      provider: 'v8',
      include: ['harness/src/**'],
      reporter: ['text-summary', 'html'],
    },
    reporters: [project === 'unit' ? 'default' : 'verbose', reporter],
  });
  const stop = () => vitest.cancelCurrentRun('keyboard-input');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const files = await vitest.globTestSpecifications(names);
    if (files.length > 0) {
      await before();
      await vitest.start(names);
    }
    return { tally: reporter.tally, times: reporter.times };
  } finally {
    signal.removeEventListener('abort', stop);
    await vitest.close();
  }
}
