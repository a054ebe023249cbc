import { resolve } from 'node:path';
import { profileRules } from '../measure/profile.ts';
import { factsOf } from '../report/facts.ts';
import { terminalReport } from '../report/terminal.ts';
import type { ExperimentOutcome } from '../run/experiment.ts';
import { readManifest } from '../store/read-run.ts';
import { hasColor } from './color.ts';
import { outcomeLine } from './outcome.ts';

/** Prints a finished run, measured or merged, and returns the status. `more` follows the tables. */
export async function concludeRun(
  { dir, summary, failures }: ExperimentOutcome,
  { gate, more }: { gate: 'claims' | undefined; more: string },
): Promise<number> {
  const screen = { columns: process.stdout.columns ?? 80, color: hasColor(process.stdout) };
  process.stdout.write(terminalReport(summary, factsOf(await readManifest(dir)), screen));
  process.stdout.write(`${more}\nreport: ${resolve(dir, 'report.html')}\n`);
  if (failures.length > 0) {
    for (const failure of failures) process.stderr.write(`zerohop: ${failure}\n`);
    process.stderr.write(outcomeLine('cell', 5, resolve(dir, 'logs')));
    return 5;
  }
  const lost = summary.claims.filter(({ verdict }) => verdict === 'not reproduced');
  if (gate === 'claims' && profileRules[summary.profile].judges && lost.length > 0) {
    for (const { id, why } of lost) process.stderr.write(`zerohop: claim ${id}: ${why}\n`);
    process.stderr.write(outcomeLine('regression', 1, dir));
    return 1;
  }
  return 0;
}
