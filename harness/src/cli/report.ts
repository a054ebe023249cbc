import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../host/failure.ts';
import { drawRun } from '../report/draw-run.ts';
import { resumeCommand } from '../run/resume.ts';
import { readManifest, readSummary } from '../store/read-run.ts';
import { findRun } from '../store/run-folder.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outputFolder } from './output-path.ts';

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
  await outputFolder('output', output);
  await drawRun(dir, await readSummary(dir), output);
  process.stdout.write(`${join(output, 'report.html')}\n`);
  return 0;
}
