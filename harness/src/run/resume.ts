import { isDeepStrictEqual } from 'node:util';
import type { Experiment } from '../experiment/experiment.ts';
import { readCommit } from '../host/commit.ts';
import { foreseen } from '../host/disk.ts';
import { Failure } from '../host/failure.ts';
import type { Manifest, RunRequest } from '../store/manifest.ts';

/** The command line that resumes a run. It repeats the run's own command line. */
export function resumeCommand({ command }: Pick<Manifest, 'command'>, dir: string): string {
  return `${command}${/ -- /.test(command) ? '' : ' --'} --resume ${dir}`;
}

/** Adds the resume command to the error that ended a run, unless its kernel complained. */
export function resumable(
  thrown: unknown,
  { manifest, dir }: { manifest: Pick<Manifest, 'command'>; dir: string },
  signal: AbortSignal,
): unknown {
  const goOn = `resume with ${resumeCommand(manifest, dir)}`;
  const error = foreseen(thrown);
  if (error instanceof Failure && (error.kind === 'kernel' || error.kind === 'usage')) return error;
  if (signal.aborted) return new Failure('infra', 'stopped', { log: dir, next: goOn, cause: error });
  if (!(error instanceof Failure)) return error;
  const { kind, message, log = dir, next } = error;
  const both = next === undefined ? goOn : `${next}\n${goOn}`;
  return new Failure(kind, message, { log, next: both, cause: error });
}

/** The parts of the experiment `command`, which are only on the command line. */
export function wordsOf({ matrices }: Pick<Experiment, 'matrices'>): RunRequest['words'] {
  const matrix = matrices.find(({ workload }) => workload === 'command');
  return matrix && { variant: [...matrix.variants], ...matrix.factors };
}

/** Fails unless the tree is the one that a part of a plan was begun with: its figures are merged as those of one commit. */
export async function demandSameCommit({
  zerohop,
  shard,
}: Pick<Manifest, 'zerohop' | 'shard'>): Promise<void> {
  if (shard === undefined) return;
  const here = await readCommit();
  if (isDeepStrictEqual(here, zerohop)) return;
  const text = ({ commit, dirty }: Manifest['zerohop']) => `${commit}${dirty ? ' with changes' : ''}`;
  throw new Failure('usage', `the shard was begun on commit ${text(zerohop)}, and this is ${text(here)}`, {
    next: 'check out that commit, or measure the shard anew',
  });
}

/** The flags that may differ in a resumed run. The others are part of its plan. */
const ofNoPlan = /^--(?:explain|force|gate|other-testbed)\b/;

const flagsOf = (command: string) => command.split(/ (?=--)/).slice(1);

/** Fails unless a run is resumed with the experiment and the plan that it began with. */
export function demandSameExperiment(
  {
    manifest,
    dir,
  }: { manifest: Pick<Manifest, 'experiment' | 'command' | 'request' | 'merged'>; dir: string },
  { experiment, command }: { experiment: Pick<Experiment, 'name' | 'matrices'>; command: string },
): void {
  if (manifest.merged !== undefined) {
    const shards = manifest.merged.map(({ run }) => run).join(', ');
    throw new Failure('usage', `${dir} was merged from ${shards}`, { next: 'resume one of these' });
  }
  const next = `resume with ${resumeCommand(manifest, dir)}`;
  if (manifest.experiment !== experiment.name) {
    const what = `${dir} is a run of the experiment ${manifest.experiment}, not of ${experiment.name}`;
    throw new Failure('usage', what, { next });
  }
  const [recorded, given] = [manifest.request.words, wordsOf(experiment)];
  if (!isDeepStrictEqual(recorded, given)) {
    throw new Failure('usage', `${dir} was begun with other words: ${manifest.command}`, { next });
  }
  const begun = ['--', ...flagsOf(manifest.command)];
  const stray = flagsOf(command).find((flag) => !ofNoPlan.test(flag) && !begun.includes(flag));
  if (stray !== undefined) {
    throw new Failure('usage', `${dir} was begun without ${stray}: ${manifest.command}`, { next });
  }
}
