import { Failure } from './failure.ts';

/** Whether an error says that a disk or a quota is full: a write of ours, or a tool in its own words. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  return /No space left on device|Disk quota exceeded|ENOSPC/.test(error.message);
}

/** A full disk as the failure that it is, wherever it was met; any other error as it came. */
export function foreseen(error: unknown): unknown {
  if (error instanceof Failure || !isDiskFull(error)) return error;
  const { path, message } = error as NodeJS.ErrnoException;
  const where = path === undefined ? '' : ` at ${path}`;
  return new Failure('infra', `the disk is full${where}: ${message.split('\n')[0]}`, {
    next: 'free some space, then run the same command again',
    cause: error,
  });
}
