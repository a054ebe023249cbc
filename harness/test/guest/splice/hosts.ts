import { join } from 'node:path';
import { boot } from '../../../src/guest/boot.ts';
import type { Host } from '../../../src/guest/host.ts';
import { newLogFolder } from '../../../src/guest/log-folder.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { resolveKernel } from '../../../src/kernel/resolve.ts';
import { machineOf, prepareKernel } from '../../../src/run/machine.ts';
import { raiseTopologies } from '../../../src/workload/topology.ts';

/** The default kernel without the series of spliced sockets and with it, whatever the default is today. */
export const kernels = {
  unpatched: 'without:sock-splice',
  patched: join(checkoutRoot(), 'kernel-patches/series/sock-splice'),
} as const;

export interface TestHost extends AsyncDisposable {
  host: Host;
}

/** A host on the virtual clock with both topologies up. */
export async function hostOn(kernel: keyof typeof kernels, workloads: readonly string[]): Promise<TestHost> {
  const tested = await prepareKernel(kernel, await resolveKernel(kernels[kernel]), workloads);
  const host = await boot(
    machineOf({ clock: 'virtual', idle: null, seed: 1 }, tested, await newLogFolder('tests')),
  );
  await raiseTopologies(host);
  return {
    host,
    async [Symbol.asyncDispose]() {
      await host.powerOff();
    },
  };
}
