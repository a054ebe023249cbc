import { execa } from 'execa';
import type { Step } from '../experiment/boot-plan.ts';
import type { Host } from '../guest/host.ts';
import { attribute, type Profiler, type SymbolCost } from '../guest/profile/profiler.ts';
import type { Clock } from '../host/clock.ts';
import { variantOf } from '../workload/variant/variants.ts';
import { runStep } from './step.ts';

/** Where one variant's instructions go at one point of the matrix. */
export interface Explained {
  variant: string;
  /** Virtual where an emulator counted, wall where the CPU's own counter was sampled. */
  clock: Clock;
  symbol: string;
  /** The directory of the source that the symbol comes from: "net/ipv4". */
  group: string;
  /** A transaction's share. */
  instructions: number;
}

/**
 * Runs each step once in a host that profiles, and says by kernel symbol what a transaction costs. A window also
 * holds the start of the workload's own process: about 1 % where CPUs are emulated.
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

/** The same sum, in the rows that are worth reading and one more. */
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
