import { parseArgs } from 'node:util';
import { Failure } from '../host/failure.ts';
import { invocation, usageOf, type Verb } from './usage.ts';

export interface Arguments {
  /** Values by flag name: a string, true for a switch, an array for a flag that may be repeated. */
  flags: ReturnType<typeof parseArgs>['values'];
  operands: string[];
  /** What stood after `--`; undefined where no `--` was given. */
  command: string[] | undefined;
}

/** Splits a verb's arguments by its usage; what the values mean is the verb's business. */
export function parseArguments(verb: Verb, argv: string[]): Arguments {
  const usage = usageOf(verb);
  const separator = argv.indexOf('--');
  const ours = separator === -1 ? argv : argv.slice(0, separator);
  const rest = separator === -1 ? undefined : argv.slice(separator + 1);
  const options = Object.fromEntries(
    usage.flags.map(({ name, value, repeat }) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: repeat === true },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: ours, options, allowPositionals: true, strict: true });
    if (usage.command) return { flags: values, operands: positionals, command: rest };
    return { flags: values, operands: [...positionals, ...(rest ?? [])], command: undefined };
  } catch (error) {
    // Node's message goes on with advice that does not fit here.
    const what = (error as Error).message.replace(/\. .*/s, '');
    throw new Failure('usage', what, { next: `see ${invocation(verb)} -- --help` });
  }
}
