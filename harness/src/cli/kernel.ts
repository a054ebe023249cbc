import { resolve } from 'node:path';
import { Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import type { Bundle } from '../kernel/bundle.ts';
import { packBundle, unpackBundle } from '../kernel/pack.ts';
import { cook, type Recipe } from '../kernel/recipe.ts';
import { patchedRecipe } from '../kernel/resolve.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { drawProgress } from './progress.ts';

const actions = { build, path, pack, import: importFile };

export async function kernel(argv: string[], context: CommandContext): Promise<number> {
  const { flags, operands } = parseArguments('kernel', argv);
  const [name, ...files] = operands;
  if (name === undefined || !Object.hasOwn(actions, name))
    throw new Failure('usage', name === undefined ? 'no action was given' : `there is no action "${name}"`, {
      next: `use one of: ${Object.keys(actions)
        .map((action) => `npm run kernel -- ${action}`)
        .join(', ')}`,
    });
  if (name !== 'import' && files.length > 0)
    throw new Failure('usage', `${name} takes no operand, and "${files.join(' ')}" was given`, {
      next: 'see npm run kernel -- --help',
    });
  await actions[name as keyof typeof actions]({ flags, files, context });
  return 0;
}

interface Call {
  flags: Arguments['flags'];
  files: string[];
  context: CommandContext;
}

/** Builds what is not built yet, and says where it is. */
async function build(call: Call): Promise<void> {
  tell(await built(call));
}

/** Says where the bundle is, and builds nothing: a script that asks for a path should not wait for a compiler. */
async function path(call: Call): Promise<void> {
  tell(await cook(recipe(call), { onlyIfBuilt: true }));
}

async function pack(call: Call): Promise<void> {
  const bundle = await built(call);
  const file = resolve(call.context.cwd, (call.flags['output'] as string) ?? `${bundle.id}.tar.zst`);
  await packBundle(bundle, file);
  process.stdout.write(`${file}\n`);
}

async function importFile({ files, context }: Call): Promise<void> {
  const [file] = files;
  if (file === undefined || files.length > 1)
    throw new Failure('usage', `import takes one file, and ${files.length} were given`, {
      next: 'npm run kernel -- import FILE',
    });
  tell(await unpackBundle(resolve(context.cwd, file)));
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

function recipe({ flags, context }: Call): Recipe {
  const inCallersFolder = (path: string) => resolve(context.cwd, path);
  const { series = [], config = [], source, locked } = flags as KernelFlags;
  return patchedRecipe(series.map(inCallersFolder), config.map(inCallersFolder), {
    source: source === undefined ? undefined : inCallersFolder(source),
    locked,
  });
}

interface KernelFlags {
  series?: string[];
  config?: string[];
  source?: string;
  locked?: boolean;
}

function tell({ dir, metadata }: Bundle): void {
  for (const warning of metadata.warnings) process.stderr.write(`zerohop: warning: ${warning}\n`);
  process.stdout.write(`${dir}\n`);
}
