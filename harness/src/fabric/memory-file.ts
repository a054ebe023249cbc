import { closeSync, constants, ftruncateSync, openSync, statfsSync } from 'node:fs';
import { Failure } from '../host/failure.ts';

/** Linux's O_TMPFILE, which Node does not name. */
const withoutName = 0o20000000 | constants.O_DIRECTORY;

const memoryDir = '/dev/shm';

export interface MemoryFile {
  /** For those whom we start, as long as we live and hold it open. */
  path: string;
  close(): void;
}

/** A file in memory that never has a name: the kernel frees it with the last process that has it, however that ends. */
export function memoryFile(sizeBytes: number): MemoryFile {
  const { bavail, bsize } = statfsSync(memoryDir);
  if (bavail * bsize < sizeBytes)
    throw new Failure(
      'infra',
      `${memoryDir} has room for ${mib(bavail * bsize)} MiB, the fabric needs ${mib(sizeBytes)} MiB`,
      { next: `ask for less with --cxl, or: mount -o remount,size=${mib(2 * sizeBytes)}M ${memoryDir}` },
    );
  const fd = openSync(memoryDir, withoutName | constants.O_RDWR, 0o600);
  ftruncateSync(fd, sizeBytes);
  return { path: `/proc/${process.pid}/fd/${fd}`, close: () => closeSync(fd) };
}

function mib(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
