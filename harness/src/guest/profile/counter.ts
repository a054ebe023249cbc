import { Failure } from '../../host/failure.ts';
import type { Host } from '../host.ts';
import { startPerf } from './perf.ts';

/** The source of a host's instruction count, and how it was determined. */
export interface InstructionCounter {
  by: 'icount' | 'cpu' | 'nobody';
  why: string;
}

type Counted = Pick<Host, 'spec' | 'facts' | 'start' | 'run'>;

/** Under KVM the CPUs may have a counter. It is tried in this host, because a counter that is offered may not count. */
export async function instructionCounter(host: Counted): Promise<InstructionCounter> {
  if (host.spec.clock === 'virtual') return { by: 'icount', why: 'QEMU counts what it emulates' };
  if (host.facts.accelerator.kind === 'tcg') return { by: 'nobody', why: 'emulated CPUs have no counter' };
  try {
    const counted = await countOfOneProcess(host);
    if (counted >= fewest) return { by: 'cpu', why: `${counted} instructions for a test process` };
    return { by: 'nobody', why: `${counted} instructions for a test process are too few; ${remedy}` };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'infra') throw error;
    return { by: 'nobody', why: `${error.message}; ${remedy}` };
  }
}

/** Starting and ending a process takes the kernel more than this. */
const fewest = 20_000;

const remedy =
  'load the module kvm with enable_pmu=1, and where this machine is a guest itself give it a virtual PMU';

async function countOfOneProcess(host: Counted): Promise<number> {
  await using perf = await startPerf(host, 'count', 'instructions');
  await host.run(['true']);
  return Number(await perf.stop());
}
