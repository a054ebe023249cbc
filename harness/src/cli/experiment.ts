import { resolve } from 'node:path';
import { experiments } from '../experiment/index.ts';
import { Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { explainTable } from '../report/explain/table.ts';
import { runExperiment } from '../run/experiment.ts';
import { foresee } from '../run/foresee.ts';
import { readExplained } from '../store/explain-rows.ts';
import { parseArguments } from './arguments.ts';
import { hasColor } from './color.ts';
import { mergeExperiment } from './experiment-merge.ts';
import { experimentOptions } from './experiment-request.ts';
import { concludeRun } from './experiment-result.ts';
import { listing } from './listing.ts';
import type { CommandContext } from './main.ts';
import { outputFolder } from './output-path.ts';
import { planText } from './plan-text.ts';
import { drawProgress } from './progress.ts';

/** Lists the experiments, or runs one and prints its results. */
export async function experiment(argv: string[], { signal, cwd }: CommandContext): Promise<number> {
  const given = parseArguments('experiment', argv);
  const { flags } = given;
  if (given.operands.length === 0) {
    if (given.given.length > 0) throw unnamed(given.given.map(({ name }) => name));
    process.stdout.write(await listing());
    return 0;
  }
  if (flags.merge.length > 0) return mergeExperiment(given, cwd);
  const asked = experimentOptions(given, cwd, await experiments());
  if (flags['dry-run']) {
    process.stdout.write(flags.json ? `${JSON.stringify(await foresee(asked), null, 2)}\n` : planText(asked));
    return 0;
  }
  if (asked.into !== undefined) await outputFolder('resume-or-begin', asked.into);
  await ensurePackages(['kernel', 'guest'], signal);
  const display = drawProgress();
  const onRun = (dir: string, resume: string) => {
    display.end();
    process.stderr.write(`zerohop: run folder ${dir}; if it is stopped, resume with ${resume}\n`);
  };
  const context = { progress: display.progress, signal, onRun };
  const outcome = await runExperiment(asked, context).finally(display.end);
  const screen = { columns: process.stdout.columns ?? 80, color: hasColor(process.stdout) };
  const explained = asked.explain
    ? `\n${explainTable(await readExplained(resolve(outcome.dir)), screen)}`
    : '';
  return concludeRun(outcome, { gate: flags.gate, more: explained });
}

const unnamed = (flags: string[]): Failure =>
  new Failure('usage', `Expected an experiment for ${flags.map((flag) => `--${flag}`).join(', ')}.`, {
    next: 'npm run experiment NAME -- FLAG...; without a name and flags it lists them',
  });
