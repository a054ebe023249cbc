import { statfs } from 'node:fs/promises';
import { isDiskFull } from '../host/disk.ts';
import { Failure } from '../host/failure.ts';

/** Turns "disk full" into a Failure that says what was saved and what to do; rethrows any other error. */
export async function onDisk<T>(dir: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const { bavail, bsize } = await statfs(dir);
    const freeMib = Math.floor((bavail * bsize) / 2 ** 20);
    throw new Failure('infra', `the disk is full (${freeMib} MiB free): the run folder takes no more`, {
      log: dir,
      next: 'free some space: every finished sample is kept',
      cause: error,
    });
  }
}
