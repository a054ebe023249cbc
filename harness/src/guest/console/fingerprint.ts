import type { SplatKind } from './splat-rules.ts';
import { splatRules } from './splat-rules.ts';

/** How many functions of a stack identify a bug. */
const symbolCount = 5;

/**
 * Identifies a bug across boots and builds: its kind and the first functions of its stack, without the functions that
 * report it. A complaint without a stack is identified by its title without numbers.
 */
export function fingerprintOf(kind: SplatKind, title: string, symbols: readonly string[]): string {
  const cause = dropMachinery(symbols.map(plainName)).slice(0, symbolCount);
  return `${kind}: ${cause.length > 0 ? cause.join(' < ') : withoutNumbers(title)}`;
}

/** The name in the source, without the suffix that the compiler gives to copies. */
export function plainName(symbol: string): string {
  return symbol.replace(/(\.(isra|constprop|part|cold|llvm|lto_priv)(\.\d+)?)+$/, '');
}

function dropMachinery(symbols: readonly string[]): readonly string[] {
  const { machinery } = splatRules();
  const first = symbols.findIndex((symbol) => !machinery.some((pattern) => pattern.test(symbol)));
  return first < 0 ? symbols : symbols.slice(first);
}

function withoutNumbers(title: string): string {
  return title.replace(/\b(0x)?[0-9a-f]*\d[0-9a-f]*\b/gi, 'N');
}
