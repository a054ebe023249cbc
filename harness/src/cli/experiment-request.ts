import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { commandExperiment } from '../experiment/command.ts';
import type { Experiment, KernelChoice } from '../experiment/experiment.ts';
import type { Experiments } from '../experiment/index.ts';
import { Failure } from '../host/failure.ts';
import { ofCommit } from '../kernel/commit-patches.ts';
import { without } from '../kernel/resolve.ts';
import type { ExperimentOptions } from '../run/experiment.ts';
import { chosenBoots } from '../run/shard.ts';
import type { Arguments, GivenFlag } from './arguments.ts';

type Asked = Pick<Arguments<'experiment'>, 'flags' | 'operands' | 'given'>;

/** The options of `npm run experiment NAME -- FLAG...`, checked before anything is built. */
export function experimentOptions(asked: Asked, cwd: string, experiments: Experiments): ExperimentOptions {
  const { flags, operands, given } = asked;
  const [name = '', ...more] = operands;
  if (flags.json && !flags['dry-run']) throw usage('Expected --json only with --dry-run.');
  if (more.length > 0) throw usage(`Expected one experiment at a time, got "${operands.join(' ')}".`);
  const experiment = name === 'command' ? fromCommandLine(flags) : experimentOf(name, experiments);
  if (name !== 'command') refuseCommandFlags(name, given);
  const kernels = flags.kernel.length > 0 ? kernelsOf(flags.kernel, cwd) : experiment.kernels;
  const { inject: slowShare, shard, seed = randomInt(2 ** 31) } = flags;
  const { resume, into } = foldersOf(flags, cwd);
  if (shard !== undefined && resume === undefined) demandShardable(flags);
  const options: ExperimentOptions = {
    experiment,
    request: {
      profile: flags.profile,
      clock: flags.clock,
      only: flags.only,
      kernels: kernels.map((kernel) => kernel.name),
      seed,
      ...(flags.boots && { boots: flags.boots }),
      twins: [
        ...flags.again.map((of) => ({ of, kind: 'again' as const })),
        ...(slowShare === undefined ? [] : [{ of: experiment.baseline, kind: 'slow' as const }]),
      ],
    },
    kernels,
    ...(shard && { shard }),
    ...(resume !== undefined && { resume }),
    ...(into !== undefined && { into }),
    ...(slowShare !== undefined && { slowShare }),
    otherTestbed: flags['other-testbed'],
    explain: flags.explain,
    force: flags.force,
    command: commandLine(name, given, resume === undefined ? seed : flags.seed),
  };
  // Refuses a factor or a value that the plan does not have; a run that is resumed has a plan of its own.
  if (resume === undefined) chosenBoots(options);
  return options;
}

function experimentOf(name: string, experiments: Experiments): Experiment {
  const found = experiments[name];
  if (found !== undefined) return found;
  const known = [...Object.keys(experiments), 'command'].join(', ');
  throw usage(`Expected one of ${known}, got ${name}.`);
}

/** Refuses flags that the experiment would ignore: the run would measure something else. */
function refuseCommandFlags(name: string, given: readonly GivenFlag[]): void {
  const stray = given.find((flag) => ['run', 'parse', 'serve', 'variant'].includes(flag.name));
  if (stray === undefined) return;
  const instead = stray.name === 'variant' ? `--only variant=${stray.text}` : 'leave it out';
  throw usage(`Expected --${stray.name} only with the experiment "command", got it with ${name}.`, instead);
}

function fromCommandLine({ run, parse, serve = '', variant }: Asked['flags']): Experiment {
  if (run === undefined || parse === undefined) {
    throw usage(
      'the experiment "command" needs --run and --parse',
      "for example npm run experiment command -- --run 'netperf -H $SERVER -l 1' --serve netserver --parse '([0-9.]+)\\s*$'",
    );
  }
  const chosen = variant.flat();
  return commandExperiment({ run, parse, serve, variants: chosen.length > 0 ? chosen : ['tcp'] });
}

function kernelsOf(given: Asked['flags']['kernel'], cwd: string): KernelChoice[] {
  const names = given.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw usage(`Expected --kernel to give each kernel a name, got ${twice} twice.`);
  return given.map(({ name, spec }) => {
    if (spec === 'default') return { name };
    return { name, spec: without.test(spec) || ofCommit.test(spec) ? spec : resolve(cwd, spec) };
  });
}

/** Parts of one plan have one seed; a delay is calibrated and instructions are explained in boots that no part has. */
function demandShardable({ seed, inject, explain }: Asked['flags']): void {
  if (seed === undefined)
    throw usage('Expected --seed with --shard: every part of a plan has the same.', 'add --seed N');
  if (inject !== undefined || explain)
    throw usage(`Expected --shard without --${explain ? 'explain' : 'inject'}.`, 'measure it in one run');
}

/** The run to resume, or the folder of a new one. */
function foldersOf(flags: Asked['flags'], cwd: string): { resume?: string; into?: string } {
  const { resume, 'resume-or-begin': either } = flags;
  if (resume !== undefined && either !== undefined)
    throw usage('Expected --resume or --resume-or-begin, got both.');
  if (resume !== undefined) return { resume: runFolder(resolve(cwd, resume)) };
  if (either === undefined) return {};
  const dir = resolve(cwd, either);
  return existsSync(`${dir}/manifest.json`) ? { resume: dir } : { into: dir };
}

function runFolder(dir: string): string {
  if (existsSync(`${dir}/manifest.json`)) return dir;
  throw usage(`Expected --resume to be a run folder, got ${dir}, which has no manifest.json.`);
}

/** The command line that repeats the run. It contains the seed, so that it gives the same plan. */
function commandLine(name: string, given: readonly GivenFlag[], seed: number | undefined): string {
  const repeated = given.filter(({ name }) => !['resume', 'resume-or-begin', 'seed'].includes(name));
  const all = seed === undefined ? repeated : [...repeated, { name: 'seed', text: `${seed}` }];
  const parts = all.map((flag) =>
    flag.text === undefined ? `--${flag.name}` : `--${flag.name} ${quoted(flag.text)}`,
  );
  return [`npm run experiment ${name}`, ...(parts.length > 0 ? ['--', ...parts] : [])].join(' ');
}

const quoted = (text: string) =>
  /^[\w.,:=/%@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const usage = (what: string, next = 'see npm run experiment -- --help') =>
  new Failure('usage', what, { next });
