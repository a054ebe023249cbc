import { exitCodes } from '../host/failure.ts';
import { isRegression } from '../measure/between.ts';
import { comparisonTable } from '../report/comparison.ts';
import { compareRuns } from '../store/compare-runs.ts';
import { findRun } from '../store/run-folder.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';

/** `npm run compare -- RUN_A RUN_B`: B over A in every common cell. The status is 1 if a gating cell got slower. */
export async function compare(argv: string[], { cwd }: CommandContext): Promise<number> {
  const [before, after] = parseArguments('compare', argv).operands;
  const compared = await compareRuns(findRun(before, cwd), findRun(after, cwd));
  process.stdout.write(comparisonTable(compared));
  const regressions = compared.cells.filter(isRegression);
  if (regressions.length === 0) return 0;
  process.stderr.write(`zerohop: ${regressions.length} cells of the virtual clock got slower\n`);
  process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return exitCodes.regression;
}
