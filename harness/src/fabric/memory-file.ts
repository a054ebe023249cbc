import { execFileSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, openSync, statfsSync } from 'node:fs';
import { Failure } from '../host/failure.ts';

/** Linux's O_TMPFILE, which Node does not name. */
const withoutName = 0o20000000 | constants.O_DIRECTORY;

/** A folder in memory, on tmpfs or hugetlbfs, for a machine whose usual one is too small. */
export const folderVariable = 'ZEROHOP_FABRIC_DIR';
const usualFolder = '/dev/shm';

export interface MemoryFile {
  fd: number;
  /** Child processes can open it, as long as we live and hold it open. */
  path: string;
  close(): void;
}

/**
 * A file in memory that never has a name: the kernel frees it with the last process that has it, however that ends.
 * Its first bytes are reserved, so that no process dies of a page that cannot be had; behind them it has holes.
 */
export function memoryFile(sizeBytes: number, reservedBytes = sizeBytes): MemoryFile {
  const folder = process.env[folderVariable] ?? usualFolder;
  const fd = openIn(folder);
  const path = `/proc/${process.pid}/fd/${fd}`;
  try {
    execFileSync('fallocate', ['--length', `${reservedBytes}`, path], { stdio: 'pipe' });
    ftruncateSync(fd, sizeBytes);
  } catch {
    closeSync(fd);
    throw refusal(folder, reservedBytes);
  }
  return { fd, path, close: () => closeSync(fd) };
}

function openIn(folder: string): number {
  try {
    return openSync(folder, withoutName | constants.O_RDWR, 0o600);
  } catch (error) {
    throw new Failure('infra', `no file in memory can be made in ${folder}: ${(error as Error).message}`, {
      next: `let ${folderVariable} name a folder on tmpfs or hugetlbfs that you can write to`,
    });
  }
}

function refusal(folder: string, bytes: number): Failure {
  const { bavail, bsize } = statfsSync(folder);
  return new Failure(
    'infra',
    `${folder} has room for ${mib(bavail * bsize)} MiB, the fabric needs ${mib(bytes)} MiB`,
    {
      next:
        `mount -o remount,size=${mib(2 * bytes)}M ${folder}, or let ${folderVariable} name a folder on another` +
        ' tmpfs or on hugetlbfs, or use --fabric tcp, whose server takes only the pages that are written',
    },
  );
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
