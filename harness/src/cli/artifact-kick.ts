import { join } from 'node:path';
import { costsOf, costTable, minutesOf, roomHere } from '../artifact/costs.ts';
import { firstClaim } from '../artifact/kick.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { experiments } from '../experiment/index.ts';
import { accelerator } from '../host/accelerator.ts';
import { exitCodes } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { system } from '../host/system.ts';
import { profiles } from '../measure/summary.ts';
import { amount, interval, verdictText } from '../report/format.ts';
import { runExperiment } from '../run/experiment.ts';
import { readManifest } from '../store/read-run.ts';
import type { CommandContext } from './main.ts';
import { drawProgress } from './progress.ts';

/** An evaluator's first steps: the environment, a boot, a claim, a figure, and the cost of the rest. */
export async function kickTheTires({ signal }: Pick<CommandContext, 'signal'>): Promise<number> {
  await ensurePackages(['kernel', 'guest'], signal);
  const all = Object.values(await experiments());
  const { cpus, cpuModel, memoryBytes, distribution } = await system();
  const { kind, why } = await accelerator();
  tell(
    'environment',
    `${distribution}, ${cpus} CPUs (${cpuModel}), ${(memoryBytes / 2 ** 30).toFixed(0)} GiB`,
  );
  tell('', `${kind}: ${why}`);
  const { claim, options } = await firstClaim(all[0] as Experiment);
  const { progress, end } = drawProgress();
  const { dir, summary, failures } = await runExperiment(options, { progress, signal }).finally(end);
  const { boots, elapsedMs } = await readManifest(dir);
  tell(
    'boots',
    `${boots.length} of ${options.experiment.name} in ${(elapsedMs / 60_000).toFixed(1)} min: ${dir}`,
  );
  const result = summary.claims.find(({ id }) => id === claim.id);
  const measured = result?.measured ?? null;
  tell('claim', claim.statement);
  if (result !== undefined && measured !== null)
    tell(
      '',
      `published ${claim.published}, measured ${amount(measured.value)} ${interval(measured)}: ${verdictText(result)}`,
    );
  tell('figure', join(dir, 'report.html'));
  process.stdout.write(`\n${await rest(all)}`);
  for (const failure of failures) process.stderr.write(`zerohop: ${failure}\n`);
  return measured === null ? exitCodes.cell : 0;
}

function tell(name: string, text: string): void {
  process.stdout.write(`${name.padEnd(13)}${text}\n`);
}

async function rest(all: readonly Experiment[]): Promise<string> {
  const minutes = profiles.map((profile) => `${profile} ${minutesOf(costsOf(all, profile))} min`);
  return `${costTable(costsOf(all, 'quick'), await roomHere())}
All experiments by profile: ${minutes.join(', ')}. To measure them: npm run artifact -- --profile quick
`;
}
