import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { newLogFolder } from '../guest/log-folder.ts';
import { exitCodes, Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { resolveKernel } from '../kernel/resolve.ts';
import { type Replay, replay } from '../run/explore/replay.ts';
import type { RoundsRequest } from '../run/explore/rounds.ts';
import { sweep } from '../run/explore/sweep.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import { type ExploreText, replayCommand, replayText, sweepText } from './explore-text.ts';
import { memoryBehaviour } from './lockstep-memory.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { outputFile } from './output-path.ts';
import { drawProgress } from './progress.ts';

/** Plays a program once a seed on hosts in lockstep. The status is 1 if a seed failed. */
export async function explore(argv: string[], { signal, cwd }: CommandContext): Promise<number> {
  const asked = parseArguments('explore', argv);
  const rounds = roundsOf(asked);
  const { replay: seed, html } = asked.flags;
  const page = html === undefined ? undefined : await outputFile('html', resolve(cwd, html));
  await ensurePackages(['kernel', 'guest'], signal);
  const { progress, end } = drawProgress();
  const context = { progress, signal };
  const { image, vmlinux } = await resolveKernel(undefined, context).finally(end);
  const logDir = await newLogFolder();
  const request: RoundsRequest = { ...rounds, kernelImage: image, logDir };
  const { text, failed } =
    seed === undefined
      ? sweepText(await sweep(request, context).finally(end), request, replayCommand(asked))
      : await tellReplay(await replay({ ...request, vmlinux }, seed, context).finally(end), seed, page);
  process.stdout.write(text);
  await rm(logDir, { recursive: true });
  if (!failed) return 0;
  process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return exitCodes.regression;
}

async function tellReplay(replayed: Replay, seed: number, page: string | undefined): Promise<ExploreText> {
  if (page !== undefined) await writeFile(page, replayed.page);
  return replayText(replayed, seed);
}

function roundsOf({
  flags,
  command = [],
}: Arguments<'explore'>): Omit<RoundsRequest, 'kernelImage' | 'logDir'> {
  const { hosts, seeds, quantum, distribution, faults, replay: seed, html } = flags;
  if (command.length === 0)
    throw usage('there is no program to play', 'npm run explore -- -- zerohop-structures --structure stack');
  if (seed !== undefined && (seed < seeds.first || seed > seeds.last))
    throw usage(
      `Expected --replay to be one of --seeds ${seeds.first}:${seeds.last}, got ${seed}`,
      'give the --seeds of the sweep: a round depends on those before it',
    );
  if (html !== undefined && seed === undefined)
    throw usage('--html shows the turns of one round', 'add --replay SEED');
  return {
    ...{ hosts, seeds, program: command },
    order: { quantumNs: quantum, distribution },
    memory: memoryBehaviour(flags),
    faults,
  };
}

function usage(what: string, next: string): Failure {
  return new Failure('usage', what, { next });
}
