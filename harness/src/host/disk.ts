import { Failure } from './failure.ts';

/** Whether an error, of the harness or of a tool, says that a disk or a quota is full. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  return /No space left on device|Disk quota exceeded|ENOSPC/.test(error.message);
}

/** Turns an error about a full disk into a Failure; returns any other error unchanged. */
export function foreseen(error: unknown): unknown {
  if (error instanceof Failure || !isDiskFull(error)) return error;
  const { path, message } = error as NodeJS.ErrnoException;
  const where = path === undefined ? '' : ` at ${path}`;
  return new Failure('infra', `the disk is full${where}: ${message.split('\n')[0]}`, {
    next: 'free some space, then run the same command again',
    cause: error,
  });
}
