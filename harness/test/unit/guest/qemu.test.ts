import { expect, test } from 'vitest';
import { type Accelerator, qemuArguments } from '../../../src/guest/qemu.ts';
import type { HostSpec } from '../../../src/guest/spec.ts';

const plain: HostSpec = {
  name: 'h0',
  kernelImage: '/bzImage',
  rootImage: '/root.cpio',
  cpus: 2,
  memoryMb: 512,
  clock: 'wall',
  idle: 'default',
  seed: 7,
  append: [],
  shares: [],
  qemuArgs: [],
  env: {},
  logDir: '/logs',
  bootTimeoutMs: 1000,
};

const line = (changes: Partial<HostSpec>, accelerator: Accelerator = { kind: 'tcg' }) =>
  qemuArguments({ ...plain, ...changes }, accelerator).join(' ');

const kvm: Accelerator = { kind: 'kvm', cpu: 'host,arch-capabilities=off' };

test('counts instructions on one thread, with nothing that differs from boot to boot', () => {
  const virtual = line({ clock: 'virtual', idle: 'poll' }, kvm);
  expect(virtual).toContain('-accel tcg,thread=single -icount shift=0,sleep=off');
  expect(virtual).toContain('-rtc base=2026-01-01,clock=vm -cpu max,erms=off,fsrm=off,rdrand=off,rdseed=off');
  expect(virtual).toContain('-seed 7');
  expect(virtual).toContain('-device virtio-serial-pci,ioeventfd=off ');
  expect(virtual).toContain('random.trust_cpu=off');
  expect(virtual).not.toContain('idle=poll');
});

test('takes the accelerator that works for real time', () => {
  expect(line({}, kvm)).toContain('-accel kvm -smp cpus=2,maxcpus=2 -cpu host,arch-capabilities=off ');
  expect(line({})).toContain('-accel tcg,thread=multi -smp cpus=2,maxcpus=2 -cpu max,erms=off,fsrm=off ');
  expect(line({ intel: true })).toContain(
    '-cpu max,erms=off,fsrm=off,vendor=GenuineIntel,family=6,model=85 ',
  );
  expect(line({ intel: true }, kvm)).toContain('-cpu host,arch-capabilities=off ');
  expect(line({ idle: 'poll' })).toContain('idle=poll');
});

test('never leaves a host with one possible CPU, whose atomics TCG would not lock', () => {
  expect(line({ cpus: 1 })).toContain('-smp cpus=1,maxcpus=2');
  expect(line({ cpus: 4 })).toContain('-smp cpus=4,maxcpus=4');
});

test('names no socket, port or file but the logs', () => {
  expect(line({})).toContain('socket,id=agent,fd=3');
  expect(line({})).toContain('socket,id=qmp,fd=4');
  expect(line({})).not.toMatch(/port=|path=(?!\/logs)/);
});

test('passes a folder with a comma in its name', () => {
  const share = line({ shares: [{ hostDir: '/a,b', guestDir: '/mnt', writable: false }] });
  expect(share).toContain('local,id=share0,path=/a,,b,security_model=none,multidevs=remap,readonly=on');
  expect(line({ shares: [{ hostDir: '/a', guestDir: '/mnt', writable: true }] })).not.toContain('readonly');
});

test('puts what the caller adds last, where it overrides', () => {
  expect(line({ append: ['a=1', 'b'], qemuArgs: ['-cpu', 'other'] })).toMatch(/a=1 b .* -cpu other$/);
});
