import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { boot } from '../../guest/boot.ts';
import { copyIn } from '../../guest/files.ts';
import type { Host } from '../../guest/host.ts';
import { newLogFolder } from '../../guest/log-folder.ts';
import type { ProgramLayerName } from '../../guest/root/program-layer.ts';
import { buildRoot, type LayerName } from '../../guest/root/root.ts';
import { type HostSpec, plainHost } from '../../guest/spec.ts';
import { checkoutRoot } from '../../host/cache.ts';
import type { Context } from '../../host/context.ts';
import { resolveKernel } from '../../kernel/resolve.ts';
import { cgroup } from '../../workload/topology.ts';

export interface SplicedHostOptions extends Partial<Context> {
  layers?: readonly (LayerName | ProgramLayerName)[];
  memoryMb?: number;
  shares?: HostSpec['shares'];
}

/** A host whose cgroup for tests is spliced, with harness/guest/programs/ in /tmp/programs. */
export async function bootSpliced({
  layers = [],
  memoryMb = 1024,
  shares = [],
  ...context
}: SplicedHostOptions = {}): Promise<Host> {
  const kernel = await resolveKernel(undefined, context);
  const root = await buildRoot(['net', 'bpf', ...layers], { types: kernel.types });
  const host = await boot(
    {
      ...plainHost,
      kernelImage: kernel.image,
      rootImage: root.image,
      memoryMb,
      shares,
      logDir: await newLogFolder('tests'),
      bootTimeoutMs: 300_000,
      silenceMs: 180_000,
    },
    { signal: context.signal },
  );
  try {
    await host.must(['mkdir', '-p', programsInGuest, cgroup], { timeoutMs });
    const folder = join(checkoutRoot(), 'harness/guest/programs');
    for (const file of await readdir(folder))
      await copyIn(host, join(folder, file), `${programsInGuest}/${file}`);
    await host.must(['splicectl', 'enable', '--cgroup', cgroup], { timeoutMs });
    return host;
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

export const programsInGuest = '/tmp/programs';

const timeoutMs = 120_000;
