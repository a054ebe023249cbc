import { resolve } from 'node:path';
import { exitCodes, Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { builtApart } from '../kernel/build-apart.ts';
import type { Bundle } from '../kernel/bundle.ts';
import { importBundle } from '../kernel/import.ts';
import { writeImage } from '../kernel/oci/write.ts';
import { packBundle } from '../kernel/pack.ts';
import { cook, type Recipe } from '../kernel/recipe.ts';
import { patchedRecipe } from '../kernel/resolve.ts';
import { verifyPacked } from '../kernel/verify.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { outputFile, outputFolder } from './output-path.ts';
import { drawProgress } from './progress.ts';

const actions = { build, path, pack };

export async function kernel(argv: string[], context: CommandContext): Promise<number> {
  const { flags, operands } = parseArguments('kernel', argv);
  const call = { flags, context };
  if (operands[0] === 'verify') return verify(call, resolve(context.cwd, operands[1]));
  if (operands[0] === 'import') tell(await importBundle(resolve(context.cwd, operands[1])));
  else await actions[operands[0]](call);
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
  const { oci, output, 'no-debug': withoutDebug } = call.flags;
  if (oci !== undefined && output !== undefined) throw choose('--oci and --output name two forms of a pack');
  if (oci === undefined && withoutDebug) throw choose('--no-debug needs --oci DIR|TAR');
  const at = (path: string) => resolve(call.context.cwd, path);
  if (oci !== undefined) await (oci.endsWith('.tar') ? outputFile : outputFolder)('oci', at(oci));
  if (output !== undefined) await outputFile('output', at(output));
  const bundle = await built(call);
  const target = at(oci ?? output ?? `${bundle.id}.tar.zst`);
  if (oci === undefined) await packBundle(bundle, target);
  else await writeImage(bundle, target, { debug: !withoutDebug });
  process.stdout.write(`${target}\n`);
}

function choose(what: string): Failure {
  return new Failure('usage', what, { next: 'npm run kernel -- pack --oci DIR|TAR [--no-debug]' });
}

/** Builds the packed kernel again, in a cache of its own; status 1 if a file differs. */
async function verify(call: Call, path: string): Promise<number> {
  const { signal } = call.context;
  await ensurePackages(['kernel'], signal);
  const { progress, end } = drawProgress();
  const rebuild = () => builtApart('verify', givenTo(call), { progress, signal });
  const findings = await verifyPacked(path, recipe(call), rebuild).finally(end);
  for (const finding of findings) process.stderr.write(`zerohop: ${finding}\n`);
  if (findings.length === 0) process.stdout.write(`${path}: every file is what its sources give\n`);
  else process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return findings.length === 0 ? 0 : exitCodes.regression;
}

/** The flags that decide a build, for another process. */
function givenTo({ flags: { series, config, source, locked }, context: { cwd } }: Call): string[] {
  return [
    ...series.flatMap((dir) => ['--series', resolve(cwd, dir)]),
    ...config.flatMap((file) => ['--config', resolve(cwd, file)]),
    ...(source === undefined ? [] : ['--source', resolve(cwd, source)]),
    ...(locked ? ['--locked'] : []),
  ];
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
