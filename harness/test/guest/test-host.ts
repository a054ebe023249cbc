import { newLogFolder } from '../../src/guest/log-folder.ts';
import { buildRoot } from '../../src/guest/root.ts';
import type { HostSpec } from '../../src/guest/spec.ts';
import { resolveKernel } from '../../src/kernel/resolve.ts';

/** A host of the default kernel, on real time, with a log folder that only a failed test leaves behind. */
export async function testSpec(changes: Partial<HostSpec> = {}): Promise<HostSpec> {
  const [kernel, root] = await Promise.all([resolveKernel(undefined), buildRoot(['net', 'netperf'])]);
  return {
    name: 'h0',
    kernelImage: kernel.image,
    rootImage: root.image,
    cpus: 2,
    memoryMb: 512,
    clock: 'wall',
    idle: 'default',
    seed: 1,
    append: [],
    shares: [],
    qemuArgs: [],
    env: {},
    logDir: await newLogFolder('tests'),
    bootTimeoutMs: 120_000,
    ...changes,
  };
}
