import { join } from 'node:path';
import { execa } from 'execa';
import { checkoutRoot } from '../../../src/host/cache.ts';

/** Runs a maintainer's script as a maintainer does. */
export function runTool(script: string, ...args: string[]) {
  const tsx = join(checkoutRoot(), 'node_modules/tsx/dist/cli.mjs');
  return execa(process.execPath, [tsx, join(checkoutRoot(), 'tools', script), ...args], {
    cwd: checkoutRoot(),
    reject: false,
  });
}
