import { execa } from 'execa';
import type { Step } from '../experiment/boot-plan.ts';
import type { Host } from '../guest/host.ts';
import { attribute, type Profiler, type SymbolCost } from '../guest/profile/profiler.ts';
import type { Clock } from '../host/clock.ts';
import { variantOf } from '../workload/variant/variants.ts';
import { runStep } from './step.ts';

/** The cost of one symbol for one variant at one point of the matrix. */
export interface Explained {
  variant: string;
  /** Virtual if an emulator counted, wall if the CPU's own counter was sampled. */
  clock: Clock;
  symbol: string;
  /** The directory of the source that the symbol comes from: "net/ipv4". */
  group: string;
  /** Instructions a transaction. */
  instructions: number;
}

/**
 * Runs each step once in a profiled host, and returns the cost of a transaction by kernel symbol. The cost includes
 * the start of the workload's process: about 1 % with emulated CPUs.
 */
export async function explain(host: Host, steps: readonly Step[], profiler: Profiler, vmlinux?: string) {
  const explained: Explained[] = [];
  for (const step of steps) {
    const site = { host, params: step.params };
    if ((await variantOf(step.runs).unavailable(site)) !== null) continue;
    let profile = '';
    const stop = async () => {
      profile = await profiler.stop();
    };
    const window = { start: profiler.start, stop };
    const { transactions } = await runStep(host, 0, step, { slowIterations: 0, window });
    const kallsyms = (await host.run(['cat', '/proc/kallsyms'])).stdout.toString();
    const costs = withoutCrumbs(attribute(profile, kallsyms));
    const groups = await groupsOf(costs, vmlinux);
    explained.push(
      ...costs.map(({ symbol, instructions }) => ({
        variant: step.variant,
        clock: host.spec.clock,
        symbol,
        group: groups.get(symbol) ?? 'elsewhere',
        instructions: instructions / transactions,
      })),
    );
  }
  return explained;
}

/** A share below which nobody asks for a symbol: there are thousands of them. */
const crumb = 0.0001;

/** The same sum, with all rows below the limit summed in one. */
export function withoutCrumbs(costs: readonly SymbolCost[]): SymbolCost[] {
  const least = crumb * costs.reduce((sum, { instructions }) => sum + instructions, 0);
  const small = costs.filter(({ instructions }) => instructions < least);
  const kept = costs.filter(({ instructions }) => instructions >= least);
  const instructions = small.reduce((sum, cost) => sum + cost.instructions, 0);
  return small.length === 0 ? kept : [...kept, { symbol: 'other', address: 0n, instructions }];
}

async function groupsOf(
  costs: readonly SymbolCost[],
  vmlinux: string | undefined,
): Promise<Map<string, string>> {
  const groups = new Map([['user space', 'user space']]);
  const asked = costs.filter(({ address }) => address > 0n);
  if (vmlinux === undefined || asked.length === 0) {
    return groups;
  }
  const addresses = asked.map(({ address }) => address.toString(16)).join('\n');
  const { stdout } = await execa('addr2line', ['-e', vmlinux], { input: addresses });
  for (const [index, line] of stdout.split('\n').entries()) {
    const symbol = asked[index]?.symbol;
    if (symbol !== undefined) {
      groups.set(symbol, symbol.startsWith('bpf_prog_') ? 'bpf' : directoryOf(line));
    }
  }
  return groups;
}

/** "./net/ipv4/tcp.c:2660" -> "net/ipv4", "mm/memcontrol.c:7" -> "mm": two folders deep, three below arch. */
function directoryOf(line: string): string {
  const path =
    /(?:^|\/)((?:arch|block|crypto|drivers|fs|include|init|io_uring|kernel|lib|mm|net|security)\/.*):/.exec(
      line,
    )?.[1];
  const folders = path?.split('/').slice(0, -1) ?? ['elsewhere'];
  return folders.slice(0, folders[0] === 'arch' ? 3 : 2).join('/');
}
