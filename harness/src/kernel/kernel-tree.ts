import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function isKernelTree(dir: string): boolean {
  return (
    existsSync(join(dir, 'Kconfig')) && existsSync(join(dir, 'Makefile')) && existsSync(join(dir, 'kernel'))
  );
}

/** "6.12.117", from the four variables at the head of the top Makefile. */
export function treeVersion(dir: string): string {
  const makefile = readFileSync(join(dir, 'Makefile'), 'utf8');
  const part = (name: string) => makefile.match(new RegExp(`^${name} *= *(.*)$`, 'm'))?.[1]?.trim() ?? '';
  return `${part('VERSION')}.${part('PATCHLEVEL')}.${part('SUBLEVEL')}${part('EXTRAVERSION')}`;
}
