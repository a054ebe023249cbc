import type { Progress } from './progress.ts';

/** What long work is given by whoever started it. */
export interface Context {
  /** Hears how far the work is. */
  progress: Progress;
  /** Ends the work. */
  signal: AbortSignal;
}
