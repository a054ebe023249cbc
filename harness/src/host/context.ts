import type { Progress } from './progress.ts';

/** Passed to long work by its caller. */
export interface Context {
  /** Called with the progress of the work. */
  progress: Progress;
  /** Aborts the work. */
  signal: AbortSignal;
}

/** Passed to work that fills the cache. */
export interface BuildOptions extends Partial<Context> {
  /** Throw NotBuilt instead of fetching or building what is not in the cache. */
  onlyIfBuilt?: boolean | undefined;
}
