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
    // Not `ccache`, where objects lie that were found by their dependency files alone (docs/kernel.md).
    CCACHE_DIR: join(cacheRoot(), 'compiled'),
    CCACHE_MAXSIZE: '3G',
    CCACHE_NOHASHDIR: '1',
    ...(process.env['CCACHE_DISABLE'] && { CCACHE_DISABLE: '1' }),
  };
}
