import { expect, test } from 'vitest';
import { type Death, failureOf } from '../../../src/guest/death.ts';

const logs = { consoleLog: '/logs/console.log', qemuLog: '/logs/qemu.log' };

function failure(changes: Partial<Death> & { reason?: string }) {
  const { reason = 'guest-reset', ...rest } = changes;
  const exit = { code: 0, signal: null, reason };
  const { kind, message, log } = failureOf({
    ...{ name: 'h0', ready: true, exit, console: '', qemu: '', ...logs },
    ...rest,
  });
  return [kind, message, log];
}

test('a panic is a failure of the kernel', () => {
  expect(
    failure({ console: '[ 1.0] Kernel panic - not syncing: Fatal exception\n[ 1.1] Rebooting' }),
  ).toEqual([...['kernel', 'h0: the kernel panicked: Fatal exception', logs.consoleLog]]);
});

test.each([
  'Attempted to kill init! exitcode=0x00000100',
  'VFS: Unable to mount root fs on unknown-block(0,0)',
  'No working init found.  Try passing init= option to kernel.',
  'Requested init /x failed (error -2).',
  'System is deadlocked on memory',
])('a panic is ours where the root or the machine does not fit: %s', (words) => {
  expect(failure({ console: `[ 1.0] Kernel panic - not syncing: ${words}` })[0]).toBe('infra');
});

test('a reset without a message is a failure of the kernel, a requested one is not', () => {
  expect(failure({})[1]).toContain('triple fault');
  expect(failure({})[0]).toBe('kernel');
  expect(failure({ console: '[ 9.0] reboot: Restarting system' })[0]).toBe('infra');
});

test('a reset without a message says whether the guest had been ready', () => {
  const reset = 'h0: the guest reset itself without a message (a triple fault)';
  expect(failure({ ready: false })[1]).toBe(`${reset} before it was ready`);
  expect(failure({ ready: true })[1]).toBe(reset);
});

test('the failure has the agent’s last message when the guest powered itself off', () => {
  const console =
    '[ 1.0] zerohop: no virtio-serial port zerohop.agent: the kernel needs it\n[ 1.1] reboot: Power down';
  expect(failure({ reason: 'guest-shutdown', console })).toEqual([
    'infra',
    'h0: the guest powered itself off: no virtio-serial port zerohop.agent: the kernel needs it',
    logs.consoleLog,
  ]);
  expect(failure({ reason: 'guest-shutdown' })[1]).toContain('powered off from inside');
});

test('the failure has QEMU’s last message when QEMU ended without a reason', () => {
  const exit = { code: 1, signal: null, reason: undefined };
  expect(failure({ exit, qemu: 'first\nqemu: no such device\n' })).toEqual([
    ...['infra', 'h0: QEMU ended by itself with status 1: qemu: no such device', logs.qemuLog],
  ]);
  expect(failure({ exit: { ...exit, code: null, signal: 'SIGSEGV' } })[1]).toContain('signal SIGSEGV');
});
