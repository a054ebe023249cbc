import { claimsTable, makeArtifact } from '../artifact/artifact.ts';
import { exitCodes } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

/** Runs everything, prints each claim with its verdict, and packs the runs, so that a reader can check it. */
export async function artifact(argv: string[], { signal }: CommandContext): Promise<number> {
  const { profile } = parseArguments('artifact', argv).flags;
  await ensurePackages(['kernel', 'guest'], signal);
  const { progress, end } = drawProgress();
  const { file, claims, failures } = await makeArtifact(profile, { progress, signal }).finally(end);
  process.stdout.write(`${claimsTable(claims)}\n${file}\n`);
  if (failures.length === 0) return 0;
  for (const failure of failures) process.stderr.write(`zerohop: ${failure}\n`);
  process.stderr.write(outcomeLine('cell', exitCodes.cell));
  return exitCodes.cell;
}
