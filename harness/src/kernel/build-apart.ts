import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheEnvironment, checkoutRoot } from '../host/cache.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { withParentDeathSignal } from '../host/parent-death.ts';
import { type Metadata, openBundle } from './bundle.ts';

/**
 * Builds a kernel from scratch in an empty cache, and returns its metadata. A separate process builds, because a process
 * has one cache. `flags` are those of `npm run kernel -- build`.
 */
export async function builtApart(
  name: string,
  flags: readonly string[],
  { progress, signal }: Context,
): Promise<Metadata> {
  const cache = await mkdtemp(join(tmpdir(), `zerohop-${name}-`));
  const argv = [process.execPath, join(checkoutRoot(), 'harness/entry.mjs'), 'kernel', 'build', ...flags];
  const [program, ...args] = withParentDeathSignal(argv, 'TERM');
  const tell = function* (line: unknown) {
    progress({ what: `${name}: ${line}` });
    yield line;
  };
  try {
    const { stdout, stderr, failed } = await execa(program, args, {
      env: cacheEnvironment(cache),
      stdin: 'ignore',
      stderr: tell,
      cancelSignal: signal,
      reject: false,
    });
    signal.throwIfAborted();
    if (failed) throw new Failure('infra', `the kernel does not build in an empty cache:\n${stderr}`);
    return openBundle(stdout).metadata;
  } finally {
    await rm(cache, { recursive: true });
  }
}
