import { buildRoot, type Root } from '../guest/root.ts';
import type { HostSpec } from '../guest/spec.ts';
import type { Bundle } from '../kernel/bundle.ts';
import { programOf } from '../workload/programs.ts';
import type { BootPlan } from './boot-plan.ts';

/** A kernel under test and the root filesystem that fits it: BPF loaders are built against its types. */
export interface Arm {
  /** The value of the factor `kernel`. */
  name: string;
  kernel: Bundle;
  root: Root;
}

export async function armOf(name: string, kernel: Bundle, workloads: readonly string[]): Promise<Arm> {
  const layers = new Set(workloads.flatMap((workload) => programOf(workload).layers));
  return { name, kernel, root: await buildRoot(['net', 'bpf', ...layers], { vmlinux: kernel.vmlinux }) };
}

/** Every boot of an experiment with one host: two vCPUs, one for each end. */
export const machine = { cpus: 2, memoryMb: 1024 } as const;

export function machineOf(
  plan: Pick<BootPlan, 'clock' | 'idle' | 'seed'>,
  { kernel, root }: { kernel: Pick<Bundle, 'image'>; root: Pick<Root, 'image'> },
  logDir: string,
  qemuArgs: readonly string[] = [],
): HostSpec {
  return {
    name: 'h0',
    kernelImage: kernel.image,
    rootImage: root.image,
    ...machine,
    clock: plan.clock,
    idle: plan.idle ?? 'default',
    seed: plan.seed,
    append: [],
    shares: [],
    qemuArgs,
    env: {},
    logDir,
    bootTimeoutMs: 120_000,
  };
}
