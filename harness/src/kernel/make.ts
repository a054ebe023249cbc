import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ccacheEnvironment, withCcache } from '../host/ccache.ts';
import { Failure } from '../host/failure.ts';
import { withParentDeathSignal } from '../host/parent-death.ts';
import type { WorkTree } from './tree.ts';

export interface MakeOptions {
  /** The file for all of make's output. */
  log: string;
  onLine?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Runs kbuild so that the same inputs give the same bytes, wherever the tree and its objects are.
 * KBUILD_BUILD_TIMESTAMP also limits pahole to one thread, because several would order BTF randomly.
 */
export async function make(tree: WorkTree, targets: string[], options: MakeOptions): Promise<void> {
  const { log, onLine, signal } = options;
  await mkdir(tree.objectsDir, { recursive: true });
  await rm(log, { force: true });
  // If this process dies, make gets SIGTERM and ends its compilers. The lock is held until the last one has ended.
  const guarded = [
    'flock',
    '--no-fork',
    join(tree.objectsDir, '.lock'),
    'make',
    ...settings(tree),
    ...targets,
  ];
  const [program, ...args] = withParentDeathSignal(guarded, 'TERM');
  const watch = function* (line: unknown) {
    onLine?.(String(line));
    yield line;
  };
  const result = await execa(program, args, {
    env: environment(),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stdout: [watch, { file: log, append: true }],
    stderr: { file: log, append: true },
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (result.exitCode !== 0) throw await buildFailure(log, result.shortMessage ?? 'make failed');
}

function settings({ dir, objectsDir }: WorkTree): string[] {
  const maps = `-ffile-prefix-map=${dir}=. -ffile-prefix-map=${objectsDir}=.`;
  return [
    '-C',
    dir,
    `O=${objectsDir}`,
    `-j${availableParallelism() + 1}`,
    `CC=${withCcache('gcc')}`,
    `HOSTCC=${withCcache('gcc')}`,
    `KCFLAGS=${maps}`,
    `KAFLAGS=${maps}`,
    'KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 2026',
    'KBUILD_BUILD_USER=zerohop',
    'KBUILD_BUILD_HOST=zerohop',
    'KBUILD_BUILD_VERSION=1',
    'LOCALVERSION=',
  ];
}

/** Passes on only the locations of programs and temporary files, because kbuild reads a hundred variables. */
function environment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: process.env['HOME'] ?? '/',
    TMPDIR: process.env['TMPDIR'] ?? '/tmp',
    LC_ALL: 'C',
    ...ccacheEnvironment(),
  };
}

async function buildFailure(log: string, message: string): Promise<Failure> {
  const first = firstError(await readFile(log, 'utf8'));
  return new Failure('infra', `the kernel does not build: ${first ?? message}`, {
    log,
    next:
      first === undefined
        ? 'read the end of the log'
        : 'fix this error and build again; finished objects are kept',
  });
}

/** The first error in a log. With parallel compilers it is far from the end, and make's last lines do not name it. */
export function firstError(log: string): string | undefined {
  const lines = log.split('\n');
  const signs = [/No space left on device/, /error: /, /undefined reference|: not found$/, /\*\*\* \S/];
  for (const sign of signs) {
    const line = lines.find((text) => sign.test(text));
    if (line !== undefined) return line.trim();
  }
  return undefined;
}
