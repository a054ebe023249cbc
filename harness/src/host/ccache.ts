import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from './cache.ts';

/** The compiler, behind ccache where that is installed. */
export function withCcache(compiler: string): string {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.some((folder) => existsSync(join(folder, 'ccache'))) ? `ccache ${compiler}` : compiler;
}

/** For builds of one source in folders of many names: where objects lie is no part of what they are. */
export function ccacheEnvironment(): Record<string, string> {
  return {
    CCACHE_DIR: join(cacheRoot(), 'ccache'),
    CCACHE_MAXSIZE: '3G',
    // A miss then costs 1 % and not a third (docs/kernel.md): the compiler's own dependency files are the key.
    CCACHE_DEPEND: '1',
    CCACHE_NOHASHDIR: '1',
    ...(process.env['CCACHE_DISABLE'] && { CCACHE_DISABLE: '1' }),
  };
}
