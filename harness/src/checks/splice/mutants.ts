import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../host/context.ts';
import type { Bundle } from '../../kernel/bundle.ts';
import { patchRoot } from '../../kernel/patches.ts';
import { cook } from '../../kernel/recipe.ts';
import { patchedRecipe } from '../../kernel/resolve.ts';
import { obtainSource } from '../../kernel/source.ts';
import { withMutant } from '../kernel/mutant.ts';
import { type Mutation, readMutations, windowAlone } from '../kernel/mutation.ts';
import type { PartResult } from '../part-result.ts';
import { behaviourOf, spliceSeries } from './behaviour.ts';

/**
 * One line of the series broken at a time, each in a kernel of its own: the behaviour suite must notice. The next kernel
 * is built while the suite runs on one.
 */
export async function mutants({ progress, signal }: Context): Promise<PartResult> {
  const recipe = patchedRecipe([spliceSeries], [], {});
  const { dir } = await obtainSource({ progress });
  const unsound = await noticed(await cook(recipe, { progress, signal }), signal);
  if (unsound !== undefined) return { findings: [`the kernel without a mutant: ${unsound}`], figures: {} };
  const bugs = readMutations(join(patchRoot(), 'test/mutants/splice.json'));
  const windows = bugs.flatMap((bug) => windowAlone(bug) ?? []);
  const wrong: string[] = [];
  const figures: Record<string, string> = {};
  let suite = Promise.resolve();
  for (const mutation of [...bugs, ...windows]) {
    const patches = await withMutant(recipe.patches, mutation, dir);
    progress({ what: `mutants: ${mutation.name}` });
    const [bundle] = await Promise.all([cook({ ...recipe, patches }, { progress, signal }), suite]);
    suite = judge(mutation, bundle);
  }
  await suite;
  return { findings: wrong, figures };

  async function judge(mutation: Mutation, bundle: Bundle): Promise<void> {
    const finding = await noticed(bundle, signal);
    // A bundle has 240 MB, and nobody asks for this one again.
    await rm(bundle.dir, { recursive: true });
    const { name } = mutation;
    figures[name] = finding ?? 'not found';
    if (windows.includes(mutation)) {
      if (finding !== undefined) wrong.push(`${name} is ${finding}`);
    } else if (finding === undefined) {
      wrong.push(`no case notices the mutant "${name}"`);
    }
  }
}

/**
 * The case that fails, or what the kernel complained of. The virtual clock comes first: a case that hangs costs next to
 * nothing there. But its CPUs take turns, and what needs two at once is seen on the wall clock alone.
 */
async function noticed(kernel: Bundle, signal: AbortSignal): Promise<string | undefined> {
  for (const clock of ['virtual', 'wall'] as const) {
    const { failed, complaint } = await behaviourOf(kernel, {
      ...{ clock, memoryMb: 1024, timeoutMs: 3_600_000, signal },
      arguments: ['--family', 'ipv4', '--until-failure'],
    });
    if (failed.length > 0) return `found by ${failed.join(', ')}`;
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}
