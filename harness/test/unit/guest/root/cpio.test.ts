import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { type CpioEntry, writeCpio } from '../../../../src/guest/root/cpio.ts';

const entries: CpioEntry[] = [
  { kind: 'file', path: 'usr/bin/tool', mode: 0o755, data: Buffer.from('odd') },
  { kind: 'link', path: 'bin', target: 'usr/bin' },
  { kind: 'character', path: 'dev/null', mode: 0o666, major: 1, minor: 3 },
  { kind: 'directory', path: 'tmp', mode: 0o1777 },
];

describe('writeCpio', () => {
  test('is read by cpio(1): types, permissions, owner, parents before children', () => {
    const listing = execaSync('cpio', ['-itv', '--numeric-uid-gid', '--quiet'], {
      input: writeCpio(entries),
    });
    const lines = listing.stdout.split('\n').map((line) => line.replace(/\s+/g, ' '));
    expect(lines).toEqual([
      'lrwxrwxrwx 1 0 0 7 Jan 1 1970 bin -> usr/bin',
      'drwxr-xr-x 1 0 0 0 Jan 1 1970 dev',
      'crw-rw-rw- 1 0 0 1, 3 Jan 1 1970 dev/null',
      'drwxrwxrwt 1 0 0 0 Jan 1 1970 tmp',
      'drwxr-xr-x 1 0 0 0 Jan 1 1970 usr',
      'drwxr-xr-x 1 0 0 0 Jan 1 1970 usr/bin',
      '-rwxr-xr-x 1 0 0 3 Jan 1 1970 usr/bin/tool',
    ]);
  });

  test('carries the bytes of a file', () => {
    const data = Buffer.from(Array.from({ length: 1021 }, (_, i) => i % 256));
    const archive = writeCpio([{ kind: 'file', path: 'a', mode: 0o644, data }]);
    const out = execaSync('cpio', ['-i', '--to-stdout', '--quiet', 'a'], {
      input: archive,
      encoding: 'buffer',
    });
    expect(Buffer.compare(out.stdout, data)).toBe(0);
  });

  test('does not depend on the order of entries', () => {
    expect(writeCpio([...entries].reverse())).toEqual(writeCpio(entries));
  });

  test('begins the next archive where the kernel can find it', () => {
    expect(writeCpio(entries).length % 512).toBe(0);
  });

  test.each(['/abs', 'dir/'])('refuses the path %s', (path) => {
    expect(() => writeCpio([{ kind: 'directory', path, mode: 0o755 }])).toThrow('not a relative path');
  });

  test('refuses one path twice', () => {
    const tmp: CpioEntry = { kind: 'directory', path: 'tmp', mode: 0o755 };
    expect(() => writeCpio([tmp, tmp])).toThrow('twice');
  });
});
