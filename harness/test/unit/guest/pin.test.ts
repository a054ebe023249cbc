import { spawn } from 'node:child_process';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { pinningWarning, pinVcpus } from '../../../src/guest/pin.ts';
import type { Qmp } from '../../../src/guest/qmp.ts';
import { type HostSpec, plainHost } from '../../../src/guest/spec.ts';

const qmpOf = (thread: number | undefined) =>
  ({ execute: async () => [{ 'thread-id': thread }] }) as unknown as Qmp;
const spec = { ...plainHost, cpus: 1 } as unknown as HostSpec;

test('pinVcpus names the CPU of each vCPU', async (context) => {
  const vcpu = spawn('sleep', ['60']);
  onTestFinished(() => void vcpu.kill());
  const { cpus, release } = await pinVcpus(spec, qmpOf(vcpu.pid));
  onTestFinished(release);
  if (cpus.length === 0) context.skip('other hosts have all CPUs of this machine');
  const { stdout } = await execa('taskset', ['-cp', `${vcpu.pid}`]);
  expect(stdout.split(': ').at(-1)).toBe(`${cpus[0]}`);
});

test('pinVcpus names no CPU when taskset fails', async () => {
  const gone = spawn('true');
  await new Promise((resolve) => gone.on('exit', resolve));
  const { cpus, release } = await pinVcpus(spec, qmpOf(gone.pid));
  onTestFinished(release);
  expect(cpus).toEqual([]);
});

test('pinningWarning warns when a host on the wall clock is not pinned', () => {
  expect(pinningWarning(spec, [])).toMatch(/^the vCPUs of h0 are not pinned: /);
  expect(pinningWarning(spec, [1])).toBeNull();
  expect(pinningWarning({ ...spec, clock: 'virtual' }, [])).toBeNull();
  expect(pinningWarning({ ...spec, unpinned: true }, [])).toBeNull();
});
