import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../host/failure.ts';

const mutationSchema = z.strictObject({
  /** What is wrong afterwards, in words. */
  name: z.string(),
  file: z.string(),
  /** The function that the text is in; its body must hold the text once. */
  function: z.string(),
  find: z.string().min(1),
  replace: z.string(),
});
/** One planted bug, anchored by text so that it survives what is changed around it. */
export type Mutation = z.infer<typeof mutationSchema>;

export function readMutations(path: string): Mutation[] {
  return z.array(mutationSchema).parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** The file as the mutation makes it. */
export function mutate(mutation: Mutation, root: string): string {
  const path = join(root, mutation.file);
  if (!existsSync(path)) throw anchorless(mutation, `there is no ${mutation.file}`);
  const source = readFileSync(path, 'utf8');
  const bodies = [...source.matchAll(definitionOf(mutation.function))];
  const [body] = bodies;
  if (body === undefined || bodies.length > 1)
    throw anchorless(mutation, `${mutation.file} defines ${mutation.function}() ${bodies.length} times`);
  const parts = body[0].split(mutation.find);
  if (parts.length !== 2)
    throw anchorless(mutation, `${mutation.function}() holds the text ${parts.length - 1} times`);
  const end = body.index + body[0].length;
  return source.slice(0, body.index) + parts.join(mutation.replace) + source.slice(end);
}

/** Linux style: the name at the beginning of a line that is not indented, the last brace alone on its line. */
function definitionOf(name: string): RegExp {
  return new RegExp(`^\\w[^\\n;]*\\b${name}\\([^;{]*\\)\\n\\{[\\s\\S]*?^\\}`, 'gm');
}

function anchorless({ name, find }: Mutation, why: string): Failure {
  return new Failure('usage', `the mutant "${name}" has lost its line ${JSON.stringify(find)}: ${why}`, {
    next: 'anchor it anew where the line went, or drop it if what it broke is gone',
  });
}
