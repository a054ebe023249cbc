import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkoutRoot, hashFile, hashOf, materialise } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';

export const fabricdSource = join(checkoutRoot(), 'qemu/fabricd');

/** The memory server, built once for its sources. */
export async function builtFabricd(): Promise<string> {
  return join(await built('all'), 'fabricd');
}

/** Its protocol parser under libFuzzer and the sanitizers. */
export async function builtFuzzer(): Promise<string> {
  return join(await built('fuzz'), 'fuzz');
}

async function built(target: 'all' | 'fuzz'): Promise<string> {
  const names = (await readdir(fabricdSource)).sort();
  const sources = await Promise.all(
    names.map(async (name) => [name, await hashFile(join(fabricdSource, name))]),
  );
  const { stdout: compiler } = await execa(target === 'fuzz' ? 'clang' : 'cc', ['--version']);
  return materialise('fabricd', hashOf({ sources, compiler, target }), async (dir) => {
    const made = await execa('make', ['-C', fabricdSource, `OUT=${dir}`, target], {
      reject: false,
      all: true,
    });
    if (made.failed)
      throw new Failure('infra', `${fabricdSource} does not build:\n${made.all}`, {
        next: 'run `npm run doctor` if a tool is missing',
      });
  });
}
