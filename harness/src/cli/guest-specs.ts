import { withMemoryTables } from '../fabric/firmware.ts';
import { buildRoot, type Root } from '../guest/root/root.ts';
import { spareMemory } from '../guest/spare-memory.ts';
import type { HostSpec } from '../guest/spec.ts';
import type { BuildOptions } from '../host/context.ts';
import type { BootableKernel } from '../kernel/bundle.ts';
import type { GuestRequest } from './guest-request.ts';
import { qmpSocket } from './guest-run.ts';

/** The root with netperf and DaxFS's tools, and with splicectl and the modules if there is more than a bare image. */
export function rootFor(
  kernel: BootableKernel,
  tools: GuestRequest['tools'],
  options: BuildOptions,
): Promise<Root> {
  const always = ['net', 'netperf', 'daxfs', ...tools] as const;
  return kernel.metadata === undefined
    ? buildRoot(always, options)
    : buildRoot([...always, 'bpf'], { ...kernel, ...options });
}

const bootTimeoutMs = 90_000;

/** The hosts of a request. */
export function hostSpecs(
  request: GuestRequest,
  images: Pick<HostSpec, 'kernelImage' | 'rootImage'>,
  logDir: string,
): HostSpec[] {
  const { hosts, cpus, shares, gdb, clock } = request;
  const memory = request.fabric === undefined ? spareMemory(request) : request;
  const folder = (index: number) => (hosts === 1 ? logDir : `${logDir}/h${index}`);
  const specs = Array.from(
    { length: hosts },
    (_, index): HostSpec => ({
      ...images,
      name: `h${index}`,
      ...{ cpus, memoryMb: memory.memoryMb, shares, append: memory.append, gdb },
      clock,
      idle: 'default',
      seed: index + 1,
      qemuArgs: request.qmp ? ['-qmp', `unix:${qmpSocket(folder(index))},server=on,wait=off`] : [],
      env: { HOST_INDEX: `${index}`, HOST_COUNT: `${hosts}`, ...request.env },
      logDir: folder(index),
      bootTimeoutMs,
    }),
  );
  const { asRam, fabric } = request;
  return asRam && fabric !== undefined ? specs.map((spec) => withMemoryTables(spec, fabric)) : specs;
}
