import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BootPlan, Step } from '../../../src/experiment/boot-plan.ts';
import type { ManifestStart } from '../../../src/store/manifest.ts';
import type { Testbed } from '../../../src/store/testbed.ts';
import { point } from '../measure/made.ts';

export const scratch = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-store-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

export const testbed: Testbed = {
  cpuModel: 'A CPU',
  accelerator: { virtual: 'tcg,icount', wall: 'tcg,thread=multi' },
  qemuVersion: '7.2.0',
  memoryPath: 'private RAM',
  kernelBase: '6.12.1',
  qemuFlags: { virtual: ['-icount'], wall: ['-cpu', 'max'] },
  compiler: 'gcc 12',
  configHash: 'c0ffee',
  rootHash: 'beef',
};

export const start = (changes: Partial<ManifestStart> = {}): ManifestStart => ({
  experiment: 'netperf',
  command: 'npm run experiment netperf',
  request: { profile: 'quick', only: [], kernels: ['default'], seed: 1 },
  zerohop: { commit: 'abc', dirty: false },
  kernels: [
    {
      name: 'default',
      bundle: 'f00d',
      release: '6.12.1',
      source: 'linux-source-6.12 6.12.1',
      patches: [],
      configHash: 'c0ffee',
      compiler: 'gcc 12',
    },
  ],
  host: { os: 'Debian 12', kernel: '6.1', cpus: 2, memoryMb: 8000, node: 'v20' },
  guest: { cpu: 'max', cpus: 2, memoryMb: 1024 },
  packages: { netperf: '2.7.0' },
  notes: {},
  testbed,
  ...changes,
});

const step = (order: number, variant: string, warmup: boolean): Step => ({
  order,
  variant,
  runs: variant,
  twin: null,
  params: point(),
  warmup,
});

/** One boot: tcp and smc, each warmed up and then measured. */
export const boot: BootPlan = {
  name: 'virtual-0',
  index: 0,
  seed: 7,
  clock: 'virtual',
  idle: null,
  kernel: 'default',
  factors: {},
  steps: [step(0, 'tcp', true), step(1, 'tcp', false), step(2, 'smc', true), step(3, 'smc', false)],
};
