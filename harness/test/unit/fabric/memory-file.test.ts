import { openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { memoryFile } from '../../../src/fabric/memory-file.ts';

it('is found by those whom we start, under no name that would stay', async () => {
  const before = readdirSync('/dev/shm');
  const file = memoryFile(2 ** 20);
  try {
    expect(readdirSync('/dev/shm')).toEqual(before);
    expect(statSync(file.path).size).toBe(2 ** 20);
    writeSync(openSync(file.path, 'r+'), 'seen');
    const { stdout } = await execa('head', ['-c', '4', file.path]);
    expect(stdout).toBe('seen');
    const again = Buffer.alloc(4);
    readSync(openSync(file.path, 'r'), again);
    expect(again.toString()).toBe('seen');
  } finally {
    file.close();
  }
});

it('is refused where there is no room for it', () => {
  expect(() => memoryFile(2 ** 50)).toThrow(/has room for \d+ MiB, the fabric needs 1073741824 MiB/);
});
