import { expect, test } from 'vitest';
import { guestRequest } from '../../../src/cli/guest-request.ts';

const of = (...argv: string[]) => guestRequest(argv, '/');

test('needs no flag', () => {
  expect(of('--', 'uname', '-r')).toMatchObject({
    ...{ hosts: 1, cpus: 2, memoryMb: 1024, shares: [], append: [], env: {} },
    ...{ timeoutMs: undefined, gdb: false, shell: false, command: ['uname', '-r'] },
  });
});

test('reads sizes, shares, variables and times', () => {
  const request = of(
    ...['--hosts', '3', '--cpus', '4', '--memory', '512M', '--append', ' a=1  b ', '--timeout', '0.5'],
    ...[
      '--share',
      'tmp:/mnt',
      '--share',
      '/tmp:/data:rw',
      '--env',
      'A=x=y',
      '--env',
      'B=',
      '--fabric',
      'none',
    ],
    ...['--kernel', 'some/bzImage', '--', 'true', '--hosts'],
  );
  expect(request).toMatchObject({
    ...{ hosts: 3, cpus: 4, memoryMb: 512, append: ['a=1', 'b'], timeoutMs: 500 },
    shares: [
      { hostDir: '/tmp', guestDir: '/mnt', writable: false },
      { hostDir: '/tmp', guestDir: '/data', writable: true },
    ],
    ...{ env: { A: 'x=y', B: '' }, kernel: '/some/bzImage', command: ['true', '--hosts'] },
  });
});

test.each([
  [[], 'there is no command to run'],
  [['uname'], 'what is "uname" for?'],
  [['--hosts', '0', '--', 'x'], '--hosts'],
  [['--hosts', 'two', '--', 'x'], '--hosts'],
  [['--memory', '1T', '--', 'x'], '--memory: is no size like 512M or 2G'],
  [['--timeout', '-1', '--', 'x'], '--timeout'],
  [['--share', '/tmp', '--', 'x'], 'is not HOSTDIR:GUESTDIR[:rw]'],
  [['--share', '/tmp:mnt', '--', 'x'], 'is not HOSTDIR:GUESTDIR[:rw]'],
  [['--share', '/no/such:/mnt', '--', 'x'], '/no/such is no directory'],
  [['--env', 'A', '--', 'x'], '--env A is not K=V'],
  [['--fabric', 'cxl', '--', 'x'], '--fabric cxl is none of none, shm, tcp, tcp:PROFILE, tcp://HOST:PORT'],
  [['--fabric', 'shm', '--cxl', '32M', '--', 'x'], '--cxl 32M is no size from 64M on'],
  [['--fabric', 'none', '--cxl', '64M', '--', 'x'], '--cxl needs a fabric'],
  [['--shell', '--', 'x'], '--shell takes no command'],
  [['--shell', '--hosts', '2'], '--shell is for one host'],
  [['--no-such', '--', 'x'], 'no-such'],
])('refuses %j', (argv, message) => {
  expect(() => of(...argv)).toThrow(
    expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
  );
});
