import { resolve } from 'node:path';
import { ensurePackages } from '../host/install.ts';
import type { Bundle } from '../kernel/bundle.ts';
import { packBundle, unpackBundle } from '../kernel/pack.ts';
import { cook, type Recipe } from '../kernel/recipe.ts';
import { patchedRecipe } from '../kernel/resolve.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { drawProgress } from './progress.ts';

const actions = { build, path, pack };

export async function kernel(argv: string[], context: CommandContext): Promise<number> {
  const { flags, operands } = parseArguments('kernel', argv);
  if (operands[0] === 'import') tell(await unpackBundle(resolve(context.cwd, operands[1])));
  else await actions[operands[0]]({ flags, context });
  return 0;
}

interface Call {
  flags: Arguments<'kernel'>['flags'];
  context: CommandContext;
}

/** Builds the bundle if needed, and prints its folder. */
async function build(call: Call): Promise<void> {
  tell(await built(call));
}

/** Prints the bundle's folder and builds nothing, so that a script does not wait for a compiler. */
async function path(call: Call): Promise<void> {
  tell(await cook(recipe(call), { onlyIfBuilt: true }));
}

async function pack(call: Call): Promise<void> {
  const bundle = await built(call);
  const file = resolve(call.context.cwd, call.flags.output ?? `${bundle.id}.tar.zst`);
  await packBundle(bundle, file);
  process.stdout.write(`${file}\n`);
}

async function built(call: Call): Promise<Bundle> {
  await ensurePackages(['kernel'], call.context.signal);
  const { progress, end } = drawProgress();
  try {
    return await cook(recipe(call), { progress, signal: call.context.signal });
  } finally {
    end();
  }
}

function recipe({ flags: { series, config, source, locked }, context }: Call): Recipe {
  const inCallersFolder = (path: string) => resolve(context.cwd, path);
  return patchedRecipe(series.map(inCallersFolder), config.map(inCallersFolder), {
    source: source === undefined ? undefined : inCallersFolder(source),
    locked,
  });
}

function tell({ dir, metadata }: Bundle): void {
  for (const warning of metadata.warnings) process.stderr.write(`zerohop: warning: ${warning}\n`);
  process.stdout.write(`${dir}\n`);
}
