import { resolve } from 'node:path';
import { experiments } from '../experiment/index.ts';
import { Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { planBoots } from '../measure/plan.ts';
import { profileRules } from '../measure/profile.ts';
import { explainTable } from '../report/explain/table.ts';
import { factsOf } from '../report/facts.ts';
import { factorText } from '../report/figure/panels.ts';
import { terminalReport } from '../report/terminal.ts';
import { type ExperimentOptions, runExperiment } from '../run/experiment.ts';
import { readExplained } from '../run/explain.ts';
import { readManifest } from '../store/read-run.ts';
import { parseArguments } from './arguments.ts';
import { hasColor } from './color.ts';
import { experimentOptions } from './experiment-request.ts';
import { listing } from './listing.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
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
  const asked = experimentOptions(given, cwd, await experiments());
  if (flags['dry-run']) {
    process.stdout.write(planText(asked));
    return 0;
  }
  await ensurePackages(['kernel', 'guest'], signal);
  const display = drawProgress();
  const onRun = (dir: string, resume: string) => {
    display.end();
    process.stderr.write(`zerohop: run folder ${dir}; if it is stopped, resume with ${resume}\n`);
  };
  const context = { progress: display.progress, signal, onRun };
  const { dir, summary, failures } = await runExperiment(asked, context).finally(display.end);
  const screen = { columns: process.stdout.columns ?? 80, color: hasColor(process.stdout) };
  process.stdout.write(terminalReport(summary, factsOf(await readManifest(dir)), screen));
  if (asked.explain) process.stdout.write(`\n${explainTable(await readExplained(dir), screen)}`);
  process.stdout.write(`\nreport: ${resolve(dir, 'report.html')}\n`);
  if (failures.length > 0) {
    for (const failure of failures) process.stderr.write(`zerohop: ${failure}\n`);
    process.stderr.write(outcomeLine('cell', 5, resolve(dir, 'logs')));
    return 5;
  }
  const lost = summary.claims.filter(({ verdict }) => verdict === 'not reproduced');
  if (flags.gate === 'claims' && profileRules[summary.profile].judges && lost.length > 0) {
    for (const { id, why } of lost) process.stderr.write(`zerohop: claim ${id}: ${why}\n`);
    process.stderr.write(outcomeLine('regression', 1, dir));
    return 1;
  }
  return 0;
}

const unnamed = (flags: string[]): Failure =>
  new Failure('usage', `Expected an experiment for ${flags.map((flag) => `--${flag}`).join(', ')}.`, {
    next: 'npm run experiment NAME -- FLAG...; without a name and flags it lists them',
  });

/** The plan as text: boots with their steps in order. */
function planText({ experiment: { matrices }, request }: ExperimentOptions): string {
  const boots = planBoots({ ...request, matrices });
  const steps = boots.reduce((sum, boot) => sum + boot.steps.length, 0);
  const lines = boots.flatMap((boot) => [
    `${boot.name}: clock ${boot.clock}, idle ${boot.idle ?? '-'}, kernel ${boot.kernel}, seed ${boot.seed}`,
    ...boot.steps.map(({ variant, params, warmup }) => {
      const { workload, topology, size, clock, idle, kernel, ...factors } = params;
      const words = Object.entries(factors).map(([name, value]) => factorText(name, value));
      const cell = [variant, workload, ...words, topology, `${size} B`, ...(warmup ? ['(warm-up)'] : [])];
      return `  ${cell.join(' ')}`;
    }),
  ]);
  return `${lines.join('\n')}\n${boots.length} boots, ${steps} steps\n`;
}
