import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Step } from '../../src/experiment/boot-plan.ts';
import { boot } from '../../src/guest/boot.ts';
import type { Host } from '../../src/guest/host.ts';
import { perfProfiler, startPerf } from '../../src/guest/profile/perf.ts';
import { buildProfiler, pluginProfiler, profilerArgs } from '../../src/guest/profile/profiler.ts';
import { buildRoot } from '../../src/guest/root/root.ts';
import { qemuVersion } from '../../src/host/tool-version.ts';
import { resolveKernel } from '../../src/kernel/resolve.ts';
import { type Explained, explain } from '../../src/run/explain-steps.ts';
import { machineOf } from '../../src/run/machine.ts';
import { raiseTopologies } from '../../src/workload/topology.ts';

let dir: string;
let host: Host;
let vmlinux: string | undefined;

/** Emulated CPUs have no counter of instructions, but on the virtual clock a nanosecond is one. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-explain-'));
  const kernel = await resolveKernel(undefined);
  vmlinux = kernel.vmlinux;
  const root = await buildRoot(['net', 'bpf', 'netperf'], { types: kernel.types });
  const args = profilerArgs(await buildProfiler(await qemuVersion()), join(dir, 'profile'));
  host = await boot(
    machineOf({ clock: 'virtual', idle: null, seed: 1 }, { kernel, root, append: [] }, dir, args),
  );
  await raiseTopologies(host);
});

afterAll(async () => {
  await host?.kill();
  await rm(dir, { recursive: true });
});

const step: Step = {
  order: 0,
  variant: 'tcp',
  runs: 'tcp',
  twin: null,
  warmup: false,
  params: {
    workload: 'pingpong',
    test: 'rr',
    topology: 'loopback',
    size: 1024,
    clock: 'virtual',
    idle: null,
    kernel: 'default',
  },
};

/**
 * A timer cannot interrupt code that has interrupts off: it hits where they are next on, so the scheduler's share
 * goes to others. The network's own code runs with interrupts on, and there the two must agree.
 */
test('samples of the clock find the symbols of the network that the plugin counts', async () => {
  const counted = await explain(host, [step], pluginProfiler(host, join(dir, 'profile')), vmlinux);
  const sampled = await explain(host, [step], perfProfiler(host, 'cpu-clock'), vmlinux);
  expect(dearest(sampled, 8)).toEqual(expect.arrayContaining(dearest(counted, 5)));
  const share = ofGroup(sampled, 'net/ipv4') / ofGroup(counted, 'net/ipv4');
  expect(share).toBeGreaterThan(0.9);
  expect(share).toBeLessThan(1.1);
});

test('emulated CPUs are said to count no instructions', async () => {
  for (const verb of ['count', 'record'] as const) {
    await expect(startPerf(host, verb, 'instructions')).rejects.toThrow(/the CPUs count no instructions/);
  }
});

const dearest = (rows: readonly Explained[], most: number): string[] =>
  rows
    .filter(({ group }) => group.startsWith('net/'))
    .slice(0, most)
    .map(({ symbol }) => symbol);

const ofGroup = (rows: readonly Explained[], wanted: string): number =>
  rows.filter(({ group }) => group === wanted).reduce((sum, { instructions }) => sum + instructions, 0);
