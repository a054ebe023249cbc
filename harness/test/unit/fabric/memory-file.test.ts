import { openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

it('is reserved where it is promised, and has holes behind', () => {
  const file = memoryFile(2 ** 24, 2 ** 22);
  try {
    const { size, blocks } = statSync(file.path);
    expect([size, blocks * 512]).toEqual([2 ** 24, 2 ** 22]);
  } finally {
    file.close();
  }
});

describe('in a folder of the user', () => {
  let dir: string;

  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('mounting needs root');
    dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=8M', 'tmpfs', dir]);
    vi.stubEnv('ZEROHOP_FABRIC_DIR', dir);
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await execa('umount', [dir]);
    await rm(dir, { recursive: true });
  });

  it('is refused when another takes the room, and says what helps', () => {
    const first = memoryFile(6 * 2 ** 20);
    try {
      expect(() => memoryFile(4 * 2 ** 20)).toThrow(
        expect.objectContaining({
          message: `${dir} has room for 2 MiB, the fabric needs 4 MiB`,
          next: expect.stringMatching(/remount,size=8M .*ZEROHOP_FABRIC_DIR .*hugetlbfs/),
        }),
      );
    } finally {
      first.close();
    }
  });
});
