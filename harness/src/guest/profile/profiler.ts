import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { built } from '../../host/built.ts';
import { checkoutRoot } from '../../host/cache.ts';
import type { Host } from '../host.ts';

/** Reports what a host executed between start and stop, as lines ADDRESS AMOUNT; address 0 is user space. */
export interface Profiler {
  start(): Promise<void>;
  stop(): Promise<string>;
}

/** Profiles a host that was started with `profilerArgs(plugin, out)`. */
export function pluginProfiler(host: Pick<Host, 'run'>, out: string): Profiler {
  let windows = 0;
  const mark = async (word: string) => void (await host.run(['zerohop-mark', word]));
  return {
    start: () => mark('start'),
    async stop() {
      await mark('stop');
      const path = `${out}.${windows++}`;
      const window = await readFile(path, 'utf8');
      await rm(path);
      return window;
    },
  };
}

/** Builds qemu/plugin for the installed QEMU, because the interface changed its numbering with QEMU 9. */
export async function buildProfiler(qemuVersion: string): Promise<string> {
  const api = Number.parseInt(qemuVersion, 10) < 9 ? '1' : '4';
  const variables = { PLUGIN_API: api };
  const dir = await built({ kind: 'profiler', dir: join(checkoutRoot(), 'qemu/plugin'), variables });
  return join(dir, 'profile.so');
}

/** QEMU arguments; windows are written to `${out}.0`, `${out}.1`... */
export const profilerArgs = (plugin: string, out: string): string[] => ['-plugin', `${plugin},out=${out}`];

export interface SymbolCost {
  symbol: string;
  /** The symbol's start; 0 for all of user space. */
  address: bigint;
  instructions: number;
}

/**
 * Sums a profiler's amounts by kernel symbol. It takes /proc/kallsyms of the running guest, because System.map lacks
 * modules and JIT-compiled BPF programs.
 */
export function attribute(window: string, kallsyms: string): SymbolCost[] {
  const symbols = textSymbols(kallsyms);
  const costs = new Map<string, SymbolCost>();
  for (const line of window.trim().split('\n')) {
    const [address, instructions] = line.split(' ');
    const { name, start } = symbolAt(symbols, BigInt(`0x${address}`));
    const cost = costs.get(name) ?? { symbol: name, address: start, instructions: 0 };
    cost.instructions += Number(instructions);
    costs.set(name, cost);
  }
  return [...costs.values()].sort((a, b) => b.instructions - a.instructions);
}

interface TextSymbol {
  start: bigint;
  name: string;
}

const textSymbols = (kallsyms: string): TextSymbol[] =>
  [...kallsyms.matchAll(/^([0-9a-f]+) [tTwW] (\S+)/gm)]
    .map(([, address, name]) => ({ start: BigInt(`0x${address}`), name: name ?? '' }))
    .filter(({ start }) => start > 0n)
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));

function symbolAt(symbols: readonly TextSymbol[], address: bigint): TextSymbol {
  if (address === 0n) {
    return { start: 0n, name: 'user space' };
  }
  let [low, high] = [0, symbols.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((symbols[middle]?.start ?? 0n) <= address) low = middle + 1;
    else high = middle;
  }
  return symbols[low - 1] ?? { start: 0n, name: 'unknown' };
}
