import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkoutRoot } from '../../host/cache.ts';
import type { Context } from '../../host/context.ts';
import { Failure } from '../../host/failure.ts';
import { withParentDeathSignal } from '../../host/parent-death.ts';
import { type Bundle, openBundle } from '../../kernel/bundle.ts';
import type { PartResult } from '../part-result.ts';

/** Compares whole bundles, built from scratch in cache folders of different names. */
export async function reproducible(context: Context, names = ['a', 'another-place']): Promise<PartResult> {
  const built: Bundle['metadata']['files'][] = [];
  for (const name of names) built.push(await filesBuiltIn(name, context));
  const [first] = built;
  if (first === undefined) throw new Error('nothing was built');
  const files = Object.keys(first);
  const different = files.filter((file) => built.some((other) => other[file] !== first[file]));
  return {
    findings: different.map((file) => `${file} differs between ${names.length} builds of one input`),
    figures: { files: files.length, same: files.length - different.length },
  };
}

/** Builds in a separate process, because the cache folder is fixed for each process. */
async function filesBuiltIn(name: string, { progress, signal }: Context) {
  const cache = await mkdtemp(join(tmpdir(), `zerohop-${name}-`));
  const entry = join(checkoutRoot(), 'harness/entry.mjs');
  const [program, ...args] = withParentDeathSignal([process.execPath, entry, 'kernel', 'build'], 'TERM');
  const tell = function* (line: unknown) {
    progress({ what: `${name}: ${line}` });
    yield line;
  };
  try {
    const { stdout, stderr, failed } = await execa(program, args, {
      env: { ZEROHOP_CACHE: cache },
      stdin: 'ignore',
      stderr: tell,
      cancelSignal: signal,
      reject: false,
    });
    signal.throwIfAborted();
    if (failed) throw new Failure('infra', `the kernel does not build in an empty cache:\n${stderr}`);
    return openBundle(stdout).metadata.files;
  } finally {
    await rm(cache, { recursive: true });
  }
}
