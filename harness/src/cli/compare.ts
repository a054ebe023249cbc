import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exitCodes } from '../host/failure.ts';
import { isRegression } from '../measure/between.ts';
import { comparedText } from '../report/comparison.ts';
import { differenceText } from '../report/explain/difference.ts';
import { comparisonPage } from '../report/page/comparison-page.ts';
import { compareRuns } from '../store/compare-runs.ts';
import { explainRuns } from '../store/explain-runs.ts';
import { findRun } from '../store/run-folder.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { outputFile } from './output-path.ts';

/** `npm run compare -- RUN_A RUN_B [--html DIR] [--explain]`: B over A in every common cell, the worst first. The status is 1 if a gating cell got slower. */
export async function compare(argv: string[], { cwd }: CommandContext): Promise<number> {
  const { operands, flags } = parseArguments('compare', argv);
  const [before, after] = operands;
  const dirs = [findRun(before, cwd), findRun(after, cwd)] as const;
  const page = flags.html === undefined ? undefined : join(resolve(cwd, flags.html), 'compare.html');
  if (page !== undefined) await outputFile('html', page);
  const compared = await compareRuns(...dirs);
  const explained = flags.explain ? await explainRuns(...dirs) : [];
  process.stdout.write(comparedText(compared));
  if (flags.explain) process.stdout.write(`\n${differenceText(explained)}`);
  if (page !== undefined) {
    await writeFile(page, comparisonPage(compared, explained));
    process.stdout.write(`${page}\n`);
  }
  const regressions = compared.cells.filter(isRegression);
  if (regressions.length === 0) return 0;
  process.stderr.write(`zerohop: ${regressions.length} cells of the virtual clock got slower\n`);
  process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return exitCodes.regression;
}
