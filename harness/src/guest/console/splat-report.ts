import type { Splat } from './splat.ts';
import { frameIn } from './stack.ts';
import { symbolise } from './symbolise.ts';

/** A complaint as text for debugging: its headline, its fingerprint, and its stacks with places in the source. */
export async function formatSplat(splat: Splat, vmlinux: string | undefined): Promise<string> {
  const { lines, missing } = await symbolise(stacks(splat.lines), vmlinux);
  return [
    `${splat.kind}: ${splat.title}`,
    `fingerprint: ${splat.fingerprint}${splat.times > 1 ? ` (${splat.times} times)` : ''}`,
    ...lines.map((line) => `  ${line.trimEnd()}`),
    ...(missing === undefined ? [] : [`(no places in the source: ${missing})`]),
  ].join('\n');
}

/** The stack entries, and the line above each stack that names its task. Registers and code are in the log. */
function stacks(lines: readonly string[]): string[] {
  const isEntry = (line: string | undefined) => line !== undefined && frameIn(line) !== undefined;
  const plain = lines.filter((line) => !/^ ?<\/?(TASK|IRQ|NMI|#\w+)>$|^ \? /.test(line));
  return plain.filter((line, index) => isEntry(line) || (index > 0 && isEntry(plain[index + 1])));
}
