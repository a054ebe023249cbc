import { z } from 'zod';

/** Types of flags and operands. Each message completes "Expected --FLAG to be ...". */

export const text = z.string();

export function choice<const T extends string>(values: readonly T[]) {
  return z.enum(values, `one of ${values.join(', ')}`);
}

/** Several of `values`, with commas between them. */
export function list<const T extends string>(values: readonly T[]) {
  return z
    .string()
    .transform((given) => given.split(','))
    .pipe(z.array(z.enum(values, `a list of ${values.join(', ')}`)));
}

export const regularExpression = text.refine(compiles, 'a regular expression');

export function whole(least: number, most = Number.MAX_SAFE_INTEGER) {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  const message = `a whole number ${range}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .pipe(z.number(message).min(least, message).max(most, message));
}

export const positive = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'a number above 0')
  .transform(Number)
  .refine((value) => value > 0, 'a number above 0');

/** "512M" or "2G", in MiB. */
export function sizeMb(leastMb = 1) {
  return z
    .string()
    .regex(/^\d+[MG]$/, 'a size such as 512M or 2G')
    .transform((size) => Number.parseInt(size, 10) * (size.endsWith('G') ? 1024 : 1))
    .refine((mb) => mb >= leastMb, `at least ${leastMb}M`);
}

/** Texts of one form; each of the expression's groups is an element of the value. */
export function form<T>(expected: string, expression: RegExp, make: (groups: string[]) => T) {
  return z
    .string()
    .regex(expression, expected)
    .transform((given) => make([...(expression.exec(given) ?? [])].slice(1)));
}

/** "2/5", the second of five parts. */
export const shard = form('i/n with i from 1 to n', /^(\d+)\/(\d+)$/, ([index, of]) => ({
  index: Number(index),
  of: Number(of),
})).refine(({ index, of }) => index >= 1 && index <= of, 'i/n with i from 1 to n');

/** "5", the first five boots; "6..7", the sixth and the seventh. */
export const bootRange = form('N or FROM..TO', /^(?:(\d+)\.\.)?(\d+)$/, ([from = '1', to]) => ({
  from: Number(from) - 1,
  to: Number(to),
})).refine(({ from, to }) => from >= 0 && from < to, 'N or FROM..TO, boots counted from 1');

/** "5h", "40m" or "1h30m", in minutes. */
export const duration = form(
  'a time such as 5h, 40m or 1h30m',
  /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?$/,
  ([h = '0', m = '0']) => Number(h) * 60 + Number(m),
).refine((minutes) => minutes > 0, 'a time above 0, such as 5h or 40m');

/** "HEAD~9..HEAD": the commits after the first one, up to the second. */
export const commitRange = form(
  'A..B, two commits',
  /^([^-.][^ ]*?)\.\.([^-.][^ ]*)$/,
  ([after = '', upTo = '']) => ({
    after,
    upTo,
  }),
);

export const noOperand = { type: z.tuple([]), expected: 'no operand' };

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
