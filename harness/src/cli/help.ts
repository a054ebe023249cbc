import { columnLines } from '../report/columns.ts';
import type { Flag } from './usage.ts';
import { invocation, usageOf, type Verb } from './usages.ts';

/** The output of `npm run VERB -- --help`, for a terminal of this width. */
export function helpText(verb: Verb, columns?: number): string {
  const { about, flags, forms, list = [] } = usageOf(verb);
  const calls = forms.map((form) => `${invocation(verb)} ${form}`.trimEnd());
  const width = columns === undefined ? undefined : columns - 2;
  const blocks = [calls, columnLines(flags.map(row), { width }), columnLines(list, { width })];
  const texts = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `  ${line}\n`).join(''));
  return [`${about}\n`, ...texts].join('\n');
}

function row({ name, value, about, repeat, required, default: absent }: Flag): string[] {
  const notes = [
    ...(absent ? [`(default ${absent})`] : []),
    ...(required ? ['(required)'] : []),
    ...(repeat ? ['(may be repeated)'] : []),
  ];
  return [value === undefined ? `--${name}` : `--${name} ${value}`, [about, ...notes].join(' ')];
}
