/** One entry of a stack that the kernel printed. */
export interface StackFrame {
  symbol: string;
  /** Bytes from the start of the function. */
  offset: number;
  /** Bytes of the whole function. */
  size: number;
  module: string | undefined;
}

/**
 * The entry in a line of a stack. Entries after a question mark are left out, because the unwinder only guesses them.
 * An address in user space has no name.
 */
export function frameIn(line: string): StackFrame | undefined {
  const match = entry.exec(line);
  if (match === null) return undefined;
  const [, symbol = '', offset = '', size = '', module] = match;
  return { symbol, offset: Number.parseInt(offset, 16), size: Number.parseInt(size, 16), module };
}

/** The stack in a complaint's lines: from the register dump or "Call Trace:" on, or all entries if there is neither. */
export function stackIn(lines: readonly string[]): StackFrame[] {
  const start = lines.findIndex((line) => /^ ?(RIP: 0010:|Call Trace:)/.test(line));
  const end = lines.findIndex((line, index) => index > start && /^---\[ end /.test(line));
  const part = lines.slice(Math.max(start, 0), end < 0 ? undefined : end);
  return part.map(frameIn).filter((frame) => frame !== undefined);
}

/** Names in a headline: "at file.c:1 func+0x2/0x3", "data-race in one / other". */
export function namesInHeadline(headline: string): string[] {
  const race = /^BUG: KCSAN: .* in ([\w.]+) \/ ([\w.]+)$/.exec(headline);
  if (race !== null) return [race[1] ?? '', race[2] ?? ''];
  return [...headline.matchAll(/([A-Za-z_][\w.$]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/g)].map(([, name = '']) => name);
}

const entry =
  /^(?:kmemleak:)? *(?:RIP: 0010:)?(?:\[<[0-9a-f]+>\] )?([A-Za-z_][\w.$]*)\+0x([0-9a-f]+)\/0x([0-9a-f]+)(?: \[(\w+)[^\]]*\])?$/;
