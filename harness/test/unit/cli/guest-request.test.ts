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
  [['uname'], 'Expected the command after a second --, got "uname".'],
  [
    ['--hosts', '0', '--', 'x'],
    'Expected --hosts to be a whole number from 1 to 8, got 0. Example: --hosts 2',
  ],
  [['--hosts', 'two', '--', 'x'], '--hosts to be a whole number from 1 to 8, got two'],
  [['--cpus', '1.5', '--', 'x'], '--cpus to be a whole number from 1 to 16, got 1.5'],
  [
    ['--memory', '1T', '--', 'x'],
    'Expected --memory to be a size such as 512M or 2G, got 1T. Example: --memory 1G',
  ],
  [['--memory', '255M', '--', 'x'], 'Expected --memory to be at least 256M, got 255M. Example: --memory 1G'],
  [['--timeout=-1', '--', 'x'], '--timeout to be a number above 0, got -1'],
  [['--timeout', '0', '--', 'x'], '--timeout to be a number above 0, got 0'],
  [['--share', '/tmp', '--', 'x'], '--share to be HOSTDIR:GUESTDIR[:rw]'],
  [['--share', '/tmp:mnt', '--', 'x'], '--share to be HOSTDIR:GUESTDIR[:rw]'],
  [['--share', '/no/such:/mnt', '--', 'x'], 'Expected --share to name a folder, got /no/such.'],
  [['--cxl-topology', 'switch', '--', 'x'], '--cxl-topology needs memory of a fabric'],
  [['--fabric', 'none', '--cxl-mode', 'ram', '--', 'x'], '--cxl-mode ram needs memory of a fabric'],
  [['--fabric', 'tcp', '--cxl-mode', 'ram', '--', 'x'], '--cxl-mode ram needs --fabric shm, got tcp'],
  [
    ['--hosts', '3', '--cxl', '256M', '--cxl-mode', 'ram', '--', 'x'],
    'a kernel takes memory in blocks of 128 MiB, so that --cxl has to be at least 384M',
  ],
  [['--tools', 'gcc', '--', 'x'], 'Expected --tools to be one of cxl, filesystems, fio, redis, got gcc'],
  [['--env', 'A', '--', 'x'], 'Expected --env to be NAME=VALUE, got A. Example: --env LANG=C'],
  [
    ['--fabric', 'cxl', '--', 'x'],
    'Expected --fabric to be none, shm, tcp, tcp:PROFILE or tcp://HOST:PORT, got cxl.',
  ],
  [
    ['--fabric', 'shm', '--cxl', '32M', '--', 'x'],
    'Expected --cxl to be at least 64M, got 32M. Example: --cxl 256M',
  ],
  [['--fabric', 'none', '--cxl', '64M', '--', 'x'], '--cxl needs a fabric'],
  [['--fabric', 'shm', '--cxl', '65M', '--', 'x'], 'Expected --cxl to be an even number of MiB, got 65M.'],
  [['--fabric', 'tcp://host', '--', 'x'], 'Expected tcp:// to be followed by HOST:PORT'],
  [['--fabric', 'tcp://host:65536', '--', 'x'], 'with a port up to 65535'],
  [['--fabric', 'tcp://::1:7000', '--', 'x'], 'got ::1:7000'],
  [
    ['--fabric', 'shm', '--env', 'HOST_INDEX=abc', '--', 'x'],
    'Expected HOST_INDEX to be from 0 to 15, got abc',
  ],
  [
    ['--fabric', 'shm', '--env', 'HOST_INDEX=16', '--', 'x'],
    'Expected HOST_INDEX to be from 0 to 15, got 16',
  ],
  [
    ['--fabric', 'tcp', '--env', 'HOST_INDEX=2', '--env', 'HOST_COUNT=2', '--', 'x'],
    'Expected HOST_INDEX to be from 0 to 1, got 2',
  ],
  [['--fabric', 'shm', '--env', 'HOST_COUNT=17', '--', 'x'], 'Expected HOST_COUNT to be from 1 to 16'],
  [['--hosts', '2', '--fabric', 'shm', '--env', 'HOST_INDEX=1', '--', 'x'], 'are for one host'],
  [['--shell', '--', 'x'], '--shell takes no command'],
  [['--shell', '--hosts', '2'], '--shell is for one host'],
  [['--no-such', '--', 'x'], 'no-such'],
])('refuses %j', (argv, message) => {
  expect(() => of(...argv)).toThrow(
    expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
  );
});

test('makes several hosts on the virtual clock run in the order of a schedule', () => {
  const flags = ['--hosts', '2', '--fabric', 'shm', '--clock', 'virtual'];
  expect(of(...flags, '--', 'x')).toMatchObject({
    clock: 'virtual',
    fabric: {
      kind: 'shm',
      lockstep: { hosts: 2, schedule: { seed: 1, quantumNs: 100_000, distribution: 'uniform' } },
    },
  });
  expect(of(...flags, '--schedule', '7:1000:log', '--', 'x').fabric?.lockstep?.schedule).toEqual({
    ...{ seed: 7, quantumNs: 1000, distribution: 'log' },
  });
  expect(of(...flags, '--far', '250', '--store-buffer', '8', '--', 'x').fabric?.lockstep?.memory).toEqual({
    ...{ farNs: 250, storeBuffer: 8, nonCoherent: false },
  });
  expect(of(...flags, '--non-coherent', '--', 'x').fabric?.lockstep?.memory).toEqual({
    ...{ farNs: 0, storeBuffer: 0, nonCoherent: true },
  });
  expect(of('--clock', 'virtual', '--fabric', 'shm', '--', 'x').fabric?.lockstep).toBeUndefined();
});

test.each([
  [['--clock', 'cpu'], 'Expected --clock to be one of virtual, wall'],
  [['--schedule', '1'], '--schedule, --far, --store-buffer and --non-coherent are for several hosts'],
  [['--hosts', '2', '--clock', 'virtual', '--schedule', 'x'], 'Expected --schedule to be SEED'],
  [['--hosts', '2', '--clock', 'virtual', '--schedule', '1:0'], '--schedule'],
  [['--hosts', '2', '--clock', 'virtual', '--schedule', '1:9:dice'], '--schedule'],
  [['--hosts', '2', '--clock', 'virtual', '--fabric', 'tcp'], 'needs --fabric shm'],
  [['--hosts', '2', '--clock', 'virtual'], 'needs --fabric shm'],
  [['--far', '250'], '--schedule, --far, --store-buffer and --non-coherent are for several hosts'],
  [['--non-coherent'], '--schedule, --far, --store-buffer and --non-coherent are for several hosts'],
  [
    ['--hosts', '2', '--clock', 'virtual', '--fabric', 'shm', '--store-buffer', '8', '--non-coherent'],
    'a store that waits in a --store-buffer would be undone',
  ],
  [['--hosts', '2', '--clock', 'virtual', '--fabric', 'shm', '--store-buffer', '65'], '--store-buffer'],
  [['--hosts', '2', '--clock', 'virtual', '--fabric', 'shm', '--far', '-1'], '--far'],
  [
    ['--hosts', '2', '--clock', 'virtual', '--fabric', 'shm', '--share', '/tmp:/mnt'],
    'a --share answers in real time',
  ],
])('refuses %j of the virtual clock', (flags, message) => {
  expect(() => of(...flags, '--', 'x')).toThrow(
    expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
  );
});
