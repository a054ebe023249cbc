import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../host/failure.ts';

const mutationSchema = z.strictObject({
  /** Describes the planted bug. */
  name: z.string(),
  file: z.string(),
  /** The function that contains the text, exactly once. If absent, the whole file contains it exactly once. */
  function: z.string().optional(),
  find: z.string().min(1),
  replace: z.string(),
  /** A change that widens the race in which the bug shows. It is not a bug by itself. */
  window: z.strictObject({ find: z.string().min(1), replace: z.string() }).optional(),
});
/** One planted bug. It is anchored by text, so that it survives changes around it. */
export type Mutation = z.infer<typeof mutationSchema>;

export function readMutations(path: string): Mutation[] {
  return z.array(mutationSchema).parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** The file's text after the mutation. */
export function mutate(mutation: Mutation, root: string): string {
  const path = join(root, mutation.file);
  if (!existsSync(path)) throw anchorless(mutation, `there is no ${mutation.file}`);
  const source = readFileSync(path, 'utf8');
  const { at, body } = scopeOf(mutation, source);
  const edits = [mutation, ...(mutation.window ? [mutation.window] : [])];
  const mutant = edits.reduce((text, edit) => replaceOnce(text, { ...mutation, ...edit }), body);
  return source.slice(0, at) + mutant + source.slice(at + body.length);
}

/** A mutant's window without its bug. A check that reports it has a false alarm. */
export function windowAlone({ name, window, ...where }: Mutation): Mutation | undefined {
  return window && { ...where, ...window, name: `${name}: its window alone` };
}

function replaceOnce(text: string, mutation: Mutation): string {
  const parts = text.split(mutation.find);
  if (parts.length === 2) return parts.join(mutation.replace);
  throw anchorless(
    mutation,
    `${mutation.function ?? mutation.file} holds the text ${parts.length - 1} times`,
  );
}

function scopeOf(mutation: Mutation, source: string): { at: number; body: string } {
  if (mutation.function === undefined) return { at: 0, body: source };
  const [found, ...more] = source.matchAll(definitionOf(mutation.function));
  if (found !== undefined && more.length === 0) return { at: found.index, body: found[0] };
  const times = found === undefined ? 'nowhere' : 'more than once';
  throw anchorless(mutation, `${mutation.file} defines ${mutation.function}() ${times}`);
}

/** A definition in Linux style: its first line is not indented, and its last brace stands alone on a line. */
function definitionOf(name: string): RegExp {
  return new RegExp(`^\\w[^\\n;]*\\b${name}\\([^;{]*\\)\\n\\{[\\s\\S]*?^\\}`, 'gm');
}

function anchorless({ name, find }: Mutation, why: string): Failure {
  return new Failure('usage', `the mutant "${name}" has lost its line ${JSON.stringify(find)}: ${why}`, {
    next: 'anchor it where the line went, or remove the mutant if the code that it broke is gone',
  });
}
