import { exitCodes, Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { parts } from '../nightly/parts.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

/** Runs every part, or the one that is named; a part that finds something wrong ends the night with 1. */
export async function nightly(argv: string[], { signal }: CommandContext): Promise<number> {
  const { flags } = parseArguments('nightly', argv);
  const name = flags['part'] as string | undefined;
  if (name !== undefined && parts[name] === undefined) {
    throw new Failure('usage', `there is no part "${name}"`, { next: `use one of\n${list()}` });
  }
  await ensurePackages(['kernel', 'guest'], signal);
  const wrong: string[] = [];
  for (const [part, { run }] of Object.entries(parts)) {
    if (name !== undefined && name !== part) continue;
    const { progress, end } = drawProgress();
    wrong.push(...(await run({ progress, signal }).finally(end)).map((line) => `${part}: ${line}`));
  }
  if (wrong.length === 0) return 0;
  for (const line of wrong) process.stderr.write(`zerohop: ${line}\n`);
  process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return exitCodes.regression;
}

const list = () =>
  Object.entries(parts)
    .map(([name, { about }]) => `${name.padEnd(14)} ${about}`)
    .join('\n');
