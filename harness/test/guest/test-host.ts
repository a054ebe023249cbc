import { newLogFolder } from '../../src/guest/log-folder.ts';
import { buildRoot } from '../../src/guest/root/root.ts';
import { type HostSpec, plainHost } from '../../src/guest/spec.ts';
import { resolveKernel } from '../../src/kernel/resolve.ts';

/** A host of the default kernel, on real time, with a log folder that only a failed test leaves behind. */
export async function testSpec(changes: Partial<HostSpec> = {}): Promise<HostSpec> {
  const [kernel, root] = await Promise.all([resolveKernel(undefined), buildRoot(['net', 'netperf'])]);
  return {
    ...plainHost,
    kernelImage: kernel.image,
    rootImage: root.image,
    memoryMb: 512,
    logDir: await newLogFolder('tests'),
    ...changes,
  };
}
