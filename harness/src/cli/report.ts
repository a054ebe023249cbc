import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { experiments } from '../experiment/index.ts';
import { Failure } from '../host/failure.ts';
import { claimsOf } from '../measure/published.ts';
import { factsOf } from '../report/facts.ts';
import { plainPlots } from '../report/plain-plots.ts';
import { writeReport } from '../report/write.ts';
import { resumeCommand } from '../run/resume.ts';
import { explainRowSchema } from '../store/explain-rows.ts';
import { readLines } from '../store/lines.ts';
import { readManifest, readSummary } from '../store/read-run.ts';
import { findRun } from '../store/run-folder.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';

/** `npm run report -- RUN [--output DIR]`: draws a finished run again from its files, and prints the path. */
export async function report(argv: string[], { cwd }: CommandContext): Promise<number> {
  const { flags, operands } = parseArguments('report', argv);
  const dir = findRun(operands[0], cwd);
  const output = flags.output === undefined ? dir : resolve(cwd, flags.output);
  if (!existsSync(join(dir, 'summary.json'))) {
    throw new Failure('infra', `${dir} has no summary.json: the run was stopped before its end`, {
      next: `finish it with\n${resumeCommand(await readManifest(dir), dir)}`,
    });
  }
  const summary = await readSummary(dir);
  const explainPath = join(dir, 'explain.jsonl');
  await writeReport(output, {
    summary,
    facts: factsOf(await readManifest(dir)),
    plots: (await experiments())[summary.experiment]?.plots ?? plainPlots(summary),
    claims: await claimsOf(summary.experiment),
    explain: existsSync(explainPath) ? await readLines(explainPath, explainRowSchema) : [],
  });
  process.stdout.write(`${join(output, 'report.html')}\n`);
  return 0;
}
