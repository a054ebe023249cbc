import { cacheRoot } from '../host/cache.ts';

/** A command line that says nothing of where this machine keeps its cache and its runs. */
export const withoutPaths = (command: readonly string[], runDir: string): string[] =>
  command.map((word) => word.replaceAll(runDir, '$RUN').replaceAll(cacheRoot(), '$ZEROHOP_CACHE'));
