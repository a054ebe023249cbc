import type { Progress } from './progress.ts';

/** Passed to long work by its caller. */
export interface Context {
  /** Called with the progress of the work. */
  progress: Progress;
  /** Aborts the work. */
  signal: AbortSignal;
}
