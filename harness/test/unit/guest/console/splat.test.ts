import { describe, expect, test } from 'vitest';
import { scanConsole } from '../../../../src/guest/console/splat.ts';

const banner = '[    0.000000] Linux version 6.12.117-zerohop (gcc 12) #1 SMP\r\n';

/** A log of a boot whose later lines are these, stamped and with the kernel's line ends. */
function log(...lines: string[]): string {
  return banner + lines.map((line) => `[    1.500000] ${line}\r\n`).join('');
}

const warning = [
  '------------[ cut here ]------------',
  'WARNING: CPU: 1 PID: 42 at net/core/sock.c:2300 sk_clone_lock+0x12/0x340',
  'Modules linked in:',
  'CPU: 1 UID: 0 PID: 42 Comm: netperf Not tainted 6.12.117-zerohop #1',
  'RIP: 0010:sk_clone_lock+0x12/0x340',
  'Code: 0f 0b',
  'Call Trace:',
  ' <TASK>',
  ' ? __warn+0x81/0x130',
  ' inet_csk_clone_lock.isra.0+0x1a/0x100',
  ' tcp_create_openreq_child+0x1f/0x4e0 [tcp_mod]',
  ' </TASK>',
  '---[ end trace 0000000000000000 ]---',
];

describe('scanConsole', () => {
  test('reads headline, stack and extent of a warning', () => {
    const [splat, ...others] = scanConsole(log('a line before', ...warning, 'a line after'));
    expect(others).toEqual([]);
    expect(splat).toEqual({
      kind: 'WARN',
      title: 'WARNING: at net/core/sock.c:2300 sk_clone_lock',
      lines: warning,
      symbols: ['sk_clone_lock', 'inet_csk_clone_lock', 'tcp_create_openreq_child'],
      fingerprint: 'WARN: sk_clone_lock < inet_csk_clone_lock < tcp_create_openreq_child',
      times: 1,
    });
  });

  test('gives one bug one fingerprint across boots, builds and CPUs', () => {
    const again = warning.map((line) =>
      line
        .replace('CPU: 1 PID: 42', 'CPU: 0 PID: 7')
        .replace('+0x12/0x340', '+0x22/0x350')
        .replace('.isra.0', '.constprop.1'),
    );
    expect(scanConsole(log(...warning, ...again))).toMatchObject([{ times: 2, lines: warning }]);
  });

  test('separates CPUs that complain at the same time by their callers', () => {
    const other = [
      'BUG: sleeping function called from invalid context at mm/slab.h:1',
      'CPU: 0 UID: 0 PID: 9 Comm: fio',
      'Call Trace:',
      ' <TASK>',
      ' dump_stack_lvl+0x5d/0x80',
      ' __might_resched+0x1/0x2',
      ' daxfs_write_begin+0x3/0x40',
      ' </TASK>',
    ];
    const interleaved = Array.from({ length: warning.length }).flatMap((_, index) => [
      `[    2.000000][   T42] ${warning[index]}`,
      ...(index < other.length ? [`[    2.000001][    C0] ${other[index]}`] : []),
    ]);
    const splats = scanConsole(banner + interleaved.join('\n'));
    expect(splats.map(({ lines }) => lines)).toEqual([warning, other]);
    expect(splats[1]?.fingerprint).toBe('BUG: daxfs_write_begin');
  });

  test('counts both of two complaints that interleave without callers', () => {
    const [a, b] = [warning, warning.map((line) => line.replace('sk_clone_lock', 'sk_free'))];
    const interleaved = a.flatMap((line, index) => [line, b[index] ?? '']);
    expect(scanConsole(log(...interleaved))).toHaveLength(2);
  });

  test.each(warning.slice(1).map((_, index) => index + 1))(
    'finds it in a log cut off after %i of its lines',
    (count) => {
      const splats = scanConsole(log(...warning.slice(0, count)));
      expect(splats.map(({ kind }) => kind)).toEqual(['WARN']);
    },
  );

  test('names a complaint without a stack by the function in its headline', () => {
    const [splat] = scanConsole(log(...warning.slice(0, 2)));
    expect(splat?.fingerprint).toBe('WARN: sk_clone_lock');
  });

  test('takes a panic that an oops leads to as part of it, and any other as a complaint of its own', () => {
    const oops = [
      'BUG: kernel NULL pointer dereference, address: 0000000000000008',
      '#PF: supervisor read access in kernel mode',
      'Oops: Oops: 0000 [#1] SMP',
      'RIP: 0010:tcp_sendmsg+0x8/0x40',
      '---[ end trace 0000000000000000 ]---',
      'Kernel panic - not syncing: Fatal exception',
    ];
    expect(scanConsole(log(...oops)).map(({ fingerprint }) => fingerprint)).toEqual(['oops: tcp_sendmsg']);
    const [panic] = scanConsole(log('Kernel panic - not syncing: Out of things'));
    expect(panic).toMatchObject({ kind: 'panic', title: 'Kernel panic - not syncing: Out of things' });
  });

  test('ignores programs’ output on the console', () => {
    const shouted = [
      'BUG: 3 lost updates',
      'Kernel panic - not syncing: quoted by a test',
      'WARNING: CPU: 1 PID: 2 at here',
    ];
    expect(scanConsole(`${banner}${shouted.join('\n')}\n[    3.000000] reboot: Power down\n`)).toEqual([]);
  });

  test("finds the kernel's text after a program's unfinished line and in colour", () => {
    const line = 'progress 12%\x1b[31m[    4.000000] Kernel panic - not syncing: red\x1b[0m';
    expect(scanConsole(banner + line)).toMatchObject([
      { kind: 'panic', title: 'Kernel panic - not syncing: red' },
    ]);
  });

  test('reads a kernel that prints no times', () => {
    expect(scanConsole(['Linux version 5.4.0 (gcc)', ...warning].join('\n'))).toHaveLength(1);
  });

  test('lets allowed complaints pass', () => {
    expect(scanConsole(log('WARNING: Spectre-v2 mitigation is off, disabling ITS'))).toEqual([]);
  });

  test.each([
    ['', 'it is empty'],
    ['  \r\n', 'it is empty'],
    ['qemu-system-x86_64: terminating', 'no "Linux version"'],
    ['[    1.000000] BUG: something', 'no "Linux version"'],
  ])('does not call %j clean', (text, why) => {
    expect(() => scanConsole(text)).toThrow(why);
  });
});
