import type { BootPlan } from '../experiment/boot-plan.ts';
import { buildRoot, type Root } from '../guest/root/root.ts';
import { spareOptions } from '../guest/spare-memory.ts';
import { type HostSpec, plainHost } from '../guest/spec.ts';
import type { Progress } from '../host/progress.ts';
import type { Bundle } from '../kernel/bundle.ts';
import { workloadOf } from '../workload/workloads.ts';

/** A kernel under test with its root filesystem, whose BPF loaders are built for the kernel's types. */
export interface TestedKernel {
  /** The value of the factor `kernel`. */
  name: string;
  kernel: Bundle;
  root: Root;
  /** Options that the workloads add to the kernel's command line. */
  append: readonly string[];
}

/**
 * Isolating one of two vCPUs leaves both without a scheduling domain. In a domain, an idle CPU may or may not look for
 * work to pull, depending on earlier work in the guest: up to 0.7 % of a transaction.
 */
const unbalanced = ['isolcpus=domain,1'] as const;

export async function prepareKernel(
  name: string,
  kernel: Bundle,
  workloads: readonly string[],
  progress?: Progress,
): Promise<TestedKernel> {
  const programs = await Promise.all(workloads.map(workloadOf));
  const layers = new Set(programs.flatMap((program) => program.layers));
  const append = [
    ...(programs.every(({ pinned }) => pinned) ? unbalanced : []),
    ...(programs.some(({ sparesMemory }) => sparesMemory) ? spareOptions : []),
  ];
  const root = await buildRoot(['net', 'bpf', ...layers], { types: kernel.types, progress });
  return { name, kernel, root, append };
}

/** The machine of every experiment with one host: two vCPUs, one for each end. */
export const machine = { cpus: 2, memoryMb: 1024 } as const;

export function machineOf(
  plan: Pick<BootPlan, 'clock' | 'idle' | 'seed'>,
  {
    kernel,
    root,
    append,
  }: { kernel: Pick<Bundle, 'image'>; root: Pick<Root, 'image'> } & Pick<TestedKernel, 'append'>,
  logDir: string,
  qemuArgs: readonly string[] = [],
): HostSpec {
  return {
    ...plainHost,
    ...machine,
    kernelImage: kernel.image,
    rootImage: root.image,
    clock: plan.clock,
    idle: plan.idle ?? 'default',
    seed: plan.seed,
    append,
    qemuArgs,
    logDir,
  };
}
