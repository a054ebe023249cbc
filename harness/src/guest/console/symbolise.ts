import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { frameIn } from './stack.ts';

export interface Symbolised {
  /** The given lines. Each stack entry ends with its place in the source; its inlined callees stand before it. */
  lines: string[];
  /** Why there are no places. */
  missing: string | undefined;
}

/** Finds the places in the source of a complaint's stack entries. Never fails: a report is useful without them. */
export async function symbolise(lines: readonly string[], vmlinux: string | undefined): Promise<Symbolised> {
  const without = (missing: string): Symbolised => ({ lines: [...lines], missing });
  if (vmlinux === undefined) return without('this kernel came without its vmlinux');
  if (!existsSync(vmlinux)) return without(`${vmlinux} is not there`);
  try {
    const starts = await functionStarts(vmlinux);
    const addresses = lines.map((line) => addressIn(line, starts));
    const places = await sourcesOf(
      addresses.filter((address) => address !== undefined),
      vmlinux,
    );
    const annotated = lines.flatMap((line, index) =>
      annotate(line, places.get(addresses[index] ?? 0n) ?? []),
    );
    return { lines: annotated, missing: undefined };
  } catch (error) {
    return without((error as Error).message.split('\n')[0] ?? '');
  }
}

interface Place {
  symbol: string;
  /** "net/ipv4/tcp.c:1358" */
  source: string;
}

interface Start {
  address: bigint;
  /** Bytes to the next symbol: the kernel prints this as the function's size. */
  span: number;
}

/** The start addresses of functions by name; several static functions may have the same name. */
async function functionStarts(vmlinux: string): Promise<Map<string, Start[]>> {
  const { stdout } = await execa('nm', ['--numeric-sort', '--defined-only', vmlinux], {
    maxBuffer: 64 * 2 ** 20,
  });
  const symbols = stdout.split('\n').map((line) => {
    const [address, type, name = ''] = line.split(' ');
    return { address: BigInt(`0x${address}`), isCode: /^[tw]$/i.test(type ?? ''), name };
  });
  const addresses = [...new Set(symbols.map(({ address }) => address))];
  const next = new Map(addresses.map((address, index) => [address, addresses[index + 1] ?? address]));
  const starts = new Map<string, Start[]>();
  for (const { address, isCode, name } of symbols) {
    if (!isCode) continue;
    const span = Number((next.get(address) ?? address) - address);
    starts.set(name, [...(starts.get(name) ?? []), { address, span }]);
  }
  return starts;
}

function addressIn(line: string, starts: ReadonlyMap<string, Start[]>): bigint | undefined {
  const frame = frameIn(line);
  if (frame === undefined || frame.module !== undefined) return undefined;
  const candidates = starts.get(frame.symbol) ?? [];
  const start = candidates.length === 1 ? candidates[0] : candidates.find(({ span }) => span === frame.size);
  if (start === undefined) return undefined;
  // A stack entry is a return address: the instruction after the call.
  return start.address + BigInt(frame.offset) - (line.includes('RIP: ') ? 0n : 1n);
}

/** The functions and lines of addresses in a file, the innermost inlined one first. */
export async function sourcesOf(
  addresses: readonly bigint[],
  vmlinux: string,
): Promise<Map<bigint, Place[]>> {
  const places = new Map<bigint, Place[]>();
  if (addresses.length === 0) return places;
  const input = addresses.map((address) => `0x${address.toString(16)}`);
  const { stdout } = await execa('addr2line', ['-e', vmlinux, '-a', '-f', '-i', ...input]);
  const lines = stdout.split('\n');
  let current: Place[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.startsWith('0x')) {
      current = [];
      places.set(BigInt(line), current);
    } else {
      const source = (lines[++at] ?? '').replace(/^(\.\/)+| \(discriminator \d+\)$/g, '');
      if (!source.startsWith('??')) current.push({ symbol: line, source });
    }
  }
  return places;
}

function annotate(line: string, places: readonly Place[]): string[] {
  const innermost = places.at(-1);
  if (innermost === undefined) return [line];
  const inlined = places.slice(0, -1).map(({ symbol, source }) => ` ${symbol} (inlined)  ${source}`);
  return [...inlined, `${line}  ${innermost.source}`];
}
