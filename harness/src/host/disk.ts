import { Failure } from './failure.ts';

/** Whether an error, of the harness or of a tool, says that a disk or a quota is full. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  return /No space left on device|Disk quota exceeded|ENOSPC/.test(error.message);
}

/** Turns an error about a full disk, or about a forbidden path, into a Failure; returns any other error unchanged. */
export function foreseen(error: unknown): unknown {
  if (error instanceof Failure) return error;
  if (!isDiskFull(error)) return forbidden(error) ?? error;
  const { path, message } = error as NodeJS.ErrnoException;
  const where = path === undefined ? '' : ` at ${path}`;
  return new Failure('infra', `the disk is full${where}: ${message.split('\n')[0]}`, {
    next: 'free some space, then run the same command again',
    cause: error,
  });
}

function forbidden(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (path === undefined || !['EACCES', 'EPERM', 'EROFS'].includes(code)) return undefined;
  return new Failure('infra', `this user may not use ${path} (${error.message.split('\n')[0]})`, {
    next: 'change its owner or mode, or let ZEROHOP_RESULTS or ZEROHOP_CACHE name a folder that this user may write',
    cause: error,
  });
}
