import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from './cache.ts';

/** The compiler, with ccache if that is installed. */
export function withCcache(compiler: string): string {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.some((folder) => existsSync(join(folder, 'ccache'))) ? `ccache ${compiler}` : compiler;
}

/** Lets builds of one source in different folders share objects. */
export function ccacheEnvironment(): Record<string, string> {
  return {
    // Not `ccache`: that folder may hold wrong objects from dependency mode (docs/kernel.md).
    CCACHE_DIR: join(cacheRoot(), 'compiled'),
    CCACHE_MAXSIZE: '3G',
    CCACHE_NOHASHDIR: '1',
    ...(process.env['CCACHE_DISABLE'] && { CCACHE_DISABLE: '1' }),
  };
}
