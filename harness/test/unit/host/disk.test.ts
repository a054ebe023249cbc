import { writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { failureText } from '../../../src/cli/outcome.ts';
import { foreseen } from '../../../src/host/disk.ts';
import { Failure } from '../../../src/host/failure.ts';

const thrownBy = (work: Promise<unknown>) => work.then(String, (error: unknown) => error);

test('a full disk is told as one and not as a bug, whoever met it', async () => {
  const ours = await thrownBy(writeFile('/dev/full', 'a line'));
  const tools = await thrownBy(execa('sh', ['-c', 'LC_ALL=C exec cat /etc/passwd > /dev/full']));
  for (const error of [ours, tools]) {
    const { text, status } = failureText(error);
    expect(status).toBe(3);
    expect(text).toMatch(/^zerohop: the disk is full/);
    expect(text).toMatch(/next: free some space/);
    expect(text).not.toMatch(/bug in zerohop/);
  }
});

test('a path that this user may not write is told as one and not as a bug', async () => {
  // The kernel refuses this one to root, too.
  const { text, status } = failureText(await thrownBy(writeFile('/sys/kernel/notes', '')));
  expect(status).toBe(3);
  expect(text).toMatch(/^zerohop: this user may not use \/sys\/kernel\/notes \(EACCES: permission denied/);
});

test('any other error stays what it is', async () => {
  const missing = await thrownBy(writeFile('/proc/none/such', ''));
  expect(foreseen(missing)).toBe(missing);
  const told = new Failure('infra', 'ENOSPC, and said better');
  expect(foreseen(told)).toBe(told);
  expect(failureText(missing).text).toMatch(/bug in zerohop/);
});
