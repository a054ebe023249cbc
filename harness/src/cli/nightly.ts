import { resolve } from 'node:path';
import type { PartResult } from '../checks/part-result.ts';
import { exitCodes, Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { divide } from '../measure/shards.ts';
import { backfill } from '../nightly/backfill.ts';
import { writeDashboard } from '../nightly/dashboard/write.ts';
import { experimentNamed } from '../nightly/experiment-named.ts';
import { mergeHistories } from '../nightly/merge-histories.ts';
import { type Night, nightOf } from '../nightly/night.ts';
import { type Part, parts } from '../nightly/parts.ts';
import { runNight } from '../nightly/run-night.ts';
import { resultsDir } from '../store/run-folder.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

type Flags = ReturnType<typeof parseArguments<'nightly'>>['flags'];

/** Runs every part, or the named ones, while the budget has room. The status is 1 if a part has findings. */
export async function nightly(argv: string[], { signal, cwd }: CommandContext): Promise<number> {
  const { flags, given } = parseArguments('nightly', argv);
  if (flags.dashboard && given.length > 1)
    throw usage(`Expected --dashboard alone, got --${given.find(({ name }) => name !== 'dashboard')?.name}.`);
  if (flags.steps !== undefined && flags.backfill === undefined)
    throw usage('Expected --steps only with --backfill.');
  if (flags.merge.length > 0) {
    const stray = given.find(({ name }) => name !== 'merge');
    if (stray !== undefined) throw usage(`Expected --merge alone, got --${stray.name}.`);
    return merge(flags.merge.map((dir) => resolve(cwd, dir)));
  }
  if (flags.dashboard) return draw();
  await ensurePackages(['kernel', 'guest'], signal);
  const { seed, profile, budget } = flags;
  const night = nightOf(new Date(), { seed, profile, budgetMinutes: budget });
  return flags.backfill === undefined ? spend(flags, night, signal) : fillBack(flags, night, signal);
}

async function spend(flags: Flags, night: Night, signal: AbortSignal): Promise<number> {
  const run = async (part: Part) => {
    const { progress, end } = drawProgress();
    const result = await part.run({ progress, signal }, night).finally(end);
    process.stdout.write(figuresText(part.part, result.figures));
    if (part.follows !== undefined) await draw();
    return result;
  };
  const outcomes = await runNight(chosenParts(flags), night, run);
  for (const { part, minutes, result } of outcomes)
    process.stdout.write(
      result === null
        ? `${part.part}: no room for its ${Math.ceil(minutes)} minutes; it comes first in the next night\n`
        : `${part.part}: took ${minutes.toFixed(1)} minutes\n`,
    );
  const wrong = outcomes.flatMap(({ part, result }) =>
    (result?.findings ?? []).map((line) => `${part.part}: ${line}`),
  );
  if (wrong.length === 0) return 0;
  for (const line of wrong) process.stderr.write(`zerohop: ${line}\n`);
  process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return exitCodes.regression;
}

async function merge(dirs: readonly string[]): Promise<number> {
  for (const [file, count] of await mergeHistories(dirs, resultsDir()))
    process.stdout.write(`${file}: ${count} lines added\n`);
  return draw();
}

async function fillBack(flags: Flags, night: Night, signal: AbortSignal): Promise<number> {
  const names = chosenParts(flags).flatMap(({ follows }) => follows ?? []);
  const experiments = await Promise.all(names.map(experimentNamed));
  const { progress, end } = drawProgress();
  const range = flags.backfill ?? { after: '', upTo: '' };
  const lines = await backfill(experiments, range, flags.steps, night, { progress, signal }).finally(end);
  process.stdout.write(`${lines.join('\n')}\n`);
  return draw();
}

/** Shares are cut by declared minutes, so that they are the same on every machine. */
function chosenParts({ part: named, shard }: Flags): readonly Part[] {
  const chosen: readonly Part[] =
    named.length === 0 ? parts : parts.filter(({ part }) => named.includes(part));
  if (shard === undefined) return chosen;
  const share = divide(chosen, shard.of, ({ minutes }) => minutes)[shard.index - 1] ?? [];
  if (share.length === 0)
    throw usage(`Expected at most ${chosen.length} shards, because there are so many parts.`);
  return share;
}

async function draw(): Promise<number> {
  process.stdout.write(`dashboard: ${await writeDashboard()}\n`);
  return 0;
}

/** Figures as text. A value of several lines starts below its name. */
export function figuresText(part: string, figures: PartResult['figures']): string {
  const lines = Object.entries(figures).map(([name, value]) => {
    const text = `${value}`.trimEnd();
    return text.includes('\n') ? `${part}: ${name}:\n${text}\n` : `${part}: ${name}: ${text}\n`;
  });
  return lines.join('');
}

const usage = (what: string) => new Failure('usage', what, { next: 'see npm run nightly -- --help' });
