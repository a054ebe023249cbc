import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sourcesOf } from '../../guest/console/symbolise.ts';
import { buildGuestPrograms } from '../../guest/root/programs.ts';

/** Names the places of addresses: "pop stack.c:45", or the number itself. */
export type Namer = (address: bigint) => string;

const kernelBegins = 0xffff800000000000n;

/** The kernel's places come from its vmlinux, the program's from the symbols that it was built with. */
export async function nameAll(
  addresses: readonly bigint[],
  program: string,
  vmlinux: string | undefined,
): Promise<Namer> {
  const [kernel, user] = [true, false].map((inKernel) =>
    addresses.filter((address) => address >= kernelBegins === inKernel),
  );
  const places = new Map([
    ...(await placesIn(vmlinux, kernel ?? [])),
    ...(await placesIn(await symbolsOf(program), user ?? [])),
  ]);
  return (address) => {
    const [innermost] = places.get(address) ?? [];
    if (innermost === undefined) return `0x${address.toString(16)}`;
    return `${innermost.symbol} ${innermost.source.split('/').at(-1)}`;
  };
}

async function placesIn(file: string | undefined, addresses: readonly bigint[]) {
  if (file === undefined || !existsSync(file)) return [];
  return sourcesOf([...new Set(addresses)], file);
}

async function symbolsOf(program: string): Promise<string> {
  const name =
    program
      .split('/')
      .at(-1)
      ?.replace(/^zerohop-/, '') ?? '';
  return join(await buildGuestPrograms(), '../symbols', name);
}
