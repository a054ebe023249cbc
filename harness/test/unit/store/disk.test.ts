import { statfs } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Failure } from '../../../src/host/failure.ts';
import { onDisk } from '../../../src/store/disk.ts';
import { scratch } from './made.ts';

test('onDisk tells a full disk, with what is free, and leaves other errors as they are', async () => {
  const dir = await scratch();
  const failing = (code: string) =>
    onDisk(dir, async () => Promise.reject(Object.assign(new Error(code), { code })));
  const told: unknown = await failing('EDQUOT').catch((error: unknown) => error);
  if (!(told instanceof Failure)) throw told;
  const { bavail, bsize } = await statfs(dir);
  const [, mib] = /^the disk is full \((\d+) MiB free\)/.exec(told.message) ?? [];
  // Others write to the same disk meanwhile.
  expect(Number(mib) / ((bavail * bsize) / 1024 / 1024)).toBeCloseTo(1, 1);
  await expect(failing('EACCES')).rejects.toThrow(/^EACCES$/);
});
