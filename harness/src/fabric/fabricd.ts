import { join } from 'node:path';
import { built } from '../host/built.ts';
import { checkoutRoot } from '../host/cache.ts';

export const fabricdSource = join(checkoutRoot(), 'qemu/fabricd');

/** The memory server. */
export async function builtFabricd(): Promise<string> {
  return join(await built({ kind: 'fabricd', dir: fabricdSource }), 'fabricd');
}

/** Its protocol parser under libFuzzer and the sanitizers. */
export async function builtFuzzer(): Promise<string> {
  const options = { target: 'fuzz', compilers: ['clang'] };
  return join(await built({ kind: 'fabricd', dir: fabricdSource, ...options }), 'fuzz');
}
