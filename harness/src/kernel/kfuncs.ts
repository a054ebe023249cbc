import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot } from '../host/cache.ts';
import { type Signatures, signaturesIn } from './btf.ts';
import type { Metadata } from './bundle.ts';
import { patchRoot, readSeries, seriesNames } from './patches.ts';

/**
 * Why the BPF programs of this repository cannot call a kernel's functions, or undefined if they can. A function may be
 * missing if the kernel does not have the series that adds it.
 */
export function unfitFor(
  btf: Buffer,
  { patches }: Pick<Metadata, 'patches'>,
  called: readonly Kfunc[] = calledKfuncs(),
): string | undefined {
  let signatureOf: Signatures;
  try {
    signatureOf = signaturesIn(btf);
  } catch (error) {
    return `its BTF cannot be read: ${(error as Error).message}`;
  }
  for (const { name, signature, series } of called) {
    const found = signatureOf(name);
    const promised = patches.some((patch) => patch.series === series);
    if (found === undefined && promised) return `its BTF lacks the function ${name}, which ${series} adds`;
    if (found !== undefined && found !== signature)
      return `its function ${name} is "${found}", and the BPF programs here call "${signature}"`;
  }
  return undefined;
}

/** A function of the kernel that a BPF program calls by its name. */
export interface Kfunc {
  name: string;
  signature: string;
  /** The series that adds it; undefined if none here does. */
  series: string | undefined;
}

/** The functions of the kernel that the programs in bpf/ declare. */
export function calledKfuncs(): Kfunc[] {
  const root = join(checkoutRoot(), 'bpf');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.bpf.c'),
  );
  const declarations = sources.flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(/^extern ([^;(]+?)(\w+)\(([^)]*)\)[^;]*__ksym/gm),
  ]);
  return declarations.map(([, result = '', name = '', parameters = '']) => ({
    name,
    signature: `${result.trim()} (${parameters.split(',').map(withoutName).join(', ')})`,
    series: seriesNames().find((series) => defines(series, name)),
  }));
}

/** "struct bpf_sock_ops *ctx" -> "struct bpf_sock_ops *". */
function withoutName(parameter: string): string {
  return parameter.trim().replace(/\w+$/, '').trim() || parameter.trim();
}

function defines(series: string, name: string): boolean {
  const definition = new RegExp(`^\\+__bpf_kfunc .*\\b${name}\\(`, 'm');
  return readSeries(join(patchRoot(), 'series', series)).some(({ text }) => definition.test(text));
}
