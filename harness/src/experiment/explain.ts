import { readFile, rm } from 'node:fs/promises';
import { execa } from 'execa';
import type { Host } from '../guest/host.ts';
import { attribute, type SymbolCost } from '../guest/profiler.ts';
import { unavailability } from '../workload/mechanism.ts';
import { variantOf } from '../workload/variant.ts';
import type { Step } from './boot-plan.ts';
import { runStep } from './step.ts';

/** Where one variant's instructions go at one point of the matrix. */
export interface Explained {
  variant: string;
  symbol: string;
  /** The directory of the source that the symbol comes from: "net/ipv4". */
  group: string;
  /** A transaction's share. */
  instructions: number;
}

/**
 * Runs each step once in a host that profiles, and says by kernel symbol what a transaction costs. Translation
 * blocks are counted, so a window also holds the start of the workload's own process (about 1 %).
 */
export async function explain(host: Host, steps: readonly Step[], windowPath: string, vmlinux?: string) {
  const explained: Explained[] = [];
  let windows = 0;
  for (const step of steps) {
    if ((await unavailability(host, variantOf(step.runs), step.params)) !== null) continue;
    const mark = async (word: string) => void (await host.run(['zerohop-mark', word]));
    const { transactions } = await runStep(host, 0, step, {
      slowIterations: 0,
      window: { start: () => mark('start'), stop: () => mark('stop') },
    });
    const kallsyms = (await host.run(['cat', '/proc/kallsyms'])).stdout.toString();
    const path = `${windowPath}.${windows++}`;
    const costs = attribute(await readFile(path, 'utf8'), kallsyms);
    await rm(path);
    const groups = await groupsOf(costs, vmlinux);
    explained.push(
      ...costs.map(({ symbol, instructions }) => ({
        variant: step.variant,
        symbol,
        group: groups.get(symbol) ?? 'elsewhere',
        instructions: instructions / transactions,
      })),
    );
  }
  return explained;
}

/** Symbols that cost less than this share are left out of the lookup: hundreds of them make one line together. */
const worthLooking = 0.0002;

async function groupsOf(
  costs: readonly SymbolCost[],
  vmlinux: string | undefined,
): Promise<Map<string, string>> {
  const groups = new Map([['user space', 'user space']]);
  const total = costs.reduce((sum, { instructions }) => sum + instructions, 0);
  const asked = costs.filter((cost) => cost.address > 0n && cost.instructions > total * worthLooking);
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
