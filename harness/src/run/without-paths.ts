import { cacheRoot } from '../host/cache.ts';

/** A command line without this machine's paths of its cache and its runs. */
export const withoutPaths = (command: readonly string[], runDir: string): string[] =>
  command.map((word) => word.replaceAll(runDir, '$RUN').replaceAll(cacheRoot(), '$ZEROHOP_CACHE'));
