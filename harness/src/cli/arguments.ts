import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import type { Flag, FlagValues, OperandValues, Usage } from './usage.ts';
import { invocation, usageOf, type usages, type Verb } from './usages.ts';

/** A verb's arguments, with the types of its row in `usages`. */
export interface Arguments<V extends Verb> {
  flags: FlagValues<(typeof usages)[V]>;
  operands: OperandValues<(typeof usages)[V]>;
  /** The arguments after `--`; undefined without `--`. */
  command: string[] | undefined;
  /** The flags as given, to repeat the command. */
  given: readonly GivenFlag[];
}

/** `text` is absent for a switch. */
export interface GivenFlag {
  name: string;
  text?: string;
}

/** Splits a verb's arguments and checks each of them. Throws a Failure that says what was expected. */
export function parseArguments<V extends Verb>(verb: V, argv: readonly string[]): Arguments<V> {
  const usage = usageOf(verb);
  const separator = argv.indexOf('--');
  const early = separator === -1 ? argv : argv.slice(0, separator);
  const rest = separator === -1 ? undefined : argv.slice(separator + 1);
  const { given, positionals } = split(verb, usage, early);
  const command = usage.command ? rest : undefined;
  const operands = usage.command ? positionals : [...positionals, ...(rest ?? [])];
  const values = usage.flags.map((flag) => [flag.name, flagValue(verb, flag, given)]);
  return {
    flags: Object.fromEntries(values) as Arguments<V>['flags'],
    operands: checkedOperands(verb, usage, operands) as Arguments<V>['operands'],
    command,
    given,
  };
}

function split(verb: Verb, { flags }: Usage, args: readonly string[]) {
  const options = Object.fromEntries(
    flags.map(({ name, type }) => [
      name,
      { type: type === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
    const given = Object.entries(values).flatMap(([name, texts]) =>
      [texts ?? []].flat().map((text): GivenFlag => (typeof text === 'string' ? { name, text } : { name })),
    );
    return { given, positionals };
  } catch (error) {
    throw usageFailure(verb, misuse((error as Error).message));
  }
}

/** Node's message without its advice, which does not fit here. */
function misuse(message: string): string {
  const dash = /^Option '(--[^']+)' argument is ambiguous/.exec(message);
  if (dash !== null) return `Expected a value after ${dash[1]}, got one that begins with a dash`;
  return message.replace(/\. .*/s, '');
}

function flagValue(verb: Verb, flag: Flag, given: readonly GivenFlag[]): unknown {
  const own = given.filter(({ name }) => name === flag.name);
  const { type } = flag;
  if (type === undefined) return own.length > 0;
  const read = (text: string): unknown => {
    const result = type.safeParse(text);
    if (result.success) return result.data;
    const expected = result.error.issues[0]?.message;
    throw usageFailure(verb, `Expected --${flag.name} to be ${expected}, got ${text}.${example(flag)}`);
  };
  if (flag.repeat) return own.map(({ text = '' }) => read(text));
  const text = own.at(-1)?.text ?? flag.default;
  if (text !== undefined) return read(text);
  if (flag.required) throw usageFailure(verb, `Expected --${flag.name} ${flag.value}.${example(flag)}`);
  return undefined;
}

function checkedOperands(verb: Verb, { operands, flags, forms }: Usage, given: readonly string[]): unknown {
  const result = operands.type.safeParse(given);
  if (result.success) return result.data;
  const got = given.length === 0 ? 'none' : `"${given.join(' ')}"`;
  const meant = flags.find(({ type }) => type instanceof z.ZodEnum && type.safeParse(given[0]).success);
  const next =
    meant === undefined
      ? `use ${forms.map((form) => `${invocation(verb)} ${form}`.trimEnd()).join(' or ')}`
      : `${invocation(verb)} -- --${meant.name} ${given[0]}`;
  throw usageFailure(verb, `Expected ${operands.expected}, got ${got}.`, next);
}

function example({ name, example, default: absent }: Flag): string {
  const text = example ?? absent;
  return text ? ` Example: --${name} ${text}` : '';
}

function usageFailure(verb: Verb, what: string, next = `see ${invocation(verb)} -- --help`): Failure {
  return new Failure('usage', what, { next });
}
