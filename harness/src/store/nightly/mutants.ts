import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../../kernel/bundle.ts';
import { withMutant } from '../../kernel/mutant.ts';
import { readMutations } from '../../kernel/mutation.ts';
import { patchRoot } from '../../kernel/patches.ts';
import { cook, type Recipe } from '../../kernel/recipe.ts';
import { patchedRecipe } from '../../kernel/resolve.ts';
import { obtainSource } from '../../kernel/source.ts';
import type { Means } from '../conduct.ts';
import { type Behaviour, behaviourOf, splice } from './behaviour.ts';

/** One line of the series broken at a time, each in a kernel of its own: the behaviour suite must notice. */
export async function mutants({ progress, signal }: Means): Promise<string[]> {
  const recipe = patchedRecipe([splice], [], {});
  const { dir } = await obtainSource({ progress });
  const sound = await suiteOn(await cook(recipe, { progress, signal }), signal);
  if (sound.complaint !== undefined) return [`the kernel without a mutant: ${sound.complaint}`];
  const wrong: string[] = [];
  for (const mutation of readMutations(join(patchRoot(), 'test/mutants/splice.json'))) {
    const patches = await withMutant(recipe.patches, mutation, dir);
    progress({ what: `mutants: ${mutation.name}` });
    const found = await suiteOnce({ ...recipe, patches }, { progress, signal });
    const finding = noticed(sound, found);
    process.stdout.write(`mutants: ${mutation.name}: ${finding ?? 'NOT FOUND'}\n`);
    if (finding === undefined) wrong.push(`no case notices the mutant "${mutation.name}"`);
  }
  return wrong;
}

/** The cases that the mutant alone fails, or what it did to the kernel. */
function noticed(sound: Behaviour, { failed, complaint }: Behaviour): string | undefined {
  const cases = failed.filter((name) => sound.passed.includes(name));
  return cases.length > 0 ? `found by ${cases.join(', ')}` : complaint;
}

/** A bundle has 240 MB, and nobody asks for this one again. */
async function suiteOnce(recipe: Recipe, means: Means): Promise<Behaviour> {
  const bundle = await cook(recipe, means);
  try {
    return await suiteOn(bundle, means.signal);
  } finally {
    await rm(bundle.dir, { recursive: true });
  }
}

/** On the virtual clock a case that hangs costs next to nothing, and a loaded machine changes nothing. */
function suiteOn(kernel: Bundle, signal: AbortSignal): Promise<Behaviour> {
  return behaviourOf(kernel, {
    ...{ clock: 'virtual', memoryMb: 1024, timeoutMs: 3_600_000, arguments: ['--family', 'ipv4'] },
    signal,
  });
}
