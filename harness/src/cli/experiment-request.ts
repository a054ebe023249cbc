import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { commandExperiment } from '../experiment/command.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { experiments } from '../experiment/index.ts';
import { Failure } from '../host/failure.ts';
import { without } from '../kernel/resolve.ts';
import { profiles } from '../measure/summary.ts';
import type { ExperimentOptions } from '../run/experiment.ts';
import type { KernelChoice } from '../run/kernels.ts';
import { type SocketName, sockets } from '../workload/variant/sockets.ts';
import type { Arguments } from './arguments.ts';

type Flags = Arguments['flags'];

/** What `npm run experiment NAME -- FLAG...` asks for, checked before anything is built. */
export function experimentOptions(
  [name = '', ...stray]: readonly string[],
  flags: Flags,
  cwd: string,
): ExperimentOptions {
  if (stray.length > 0) {
    throw usage(`one experiment at a time: "${stray.join(' ')}" is too much`);
  }
  const experiment = name === 'command' ? fromCommandLine(flags) : experimentOf(name);
  if (name !== 'command') refuseCommandFlags(name, flags);
  optional(word(flags['gate']), (gate) => choice('gate', gate, ['claims']));
  const kernels = kernelsOf(words(flags['kernel']), cwd);
  const slowShare = shareOf(word(flags['inject']));
  const again = words(flags['again']);
  const seed = optional(word(flags['seed']), seedOf) ?? randomInt(2 ** 31);
  return {
    experiment,
    request: {
      profile: choice('profile', word(flags['profile']) ?? 'quick', profiles),
      clock: optional(word(flags['clock']), (clock) =>
        choice('clock', clock, ['virtual', 'wall', 'both'] as const),
      ),
      only: words(flags['only']).map(onlyOf),
      kernels: kernels.map((kernel) => kernel.name),
      seed,
      twins: [
        ...again.map((of) => ({ of, kind: 'again' as const })),
        ...(slowShare === undefined ? [] : [{ of: experiment.baseline, kind: 'slow' as const }]),
      ],
    },
    kernels,
    ...optionally(
      'resume',
      optional(word(flags['resume']), (dir) => runFolder(resolve(cwd, dir))),
    ),
    ...optionally('slowShare', slowShare),
    explain: flags['explain'] === true,
    force: flags['force'] === true,
    command: commandLine(name, flags['resume'] === undefined ? { ...flags, seed: `${seed}` } : flags),
  };
}

function experimentOf(name: string): Experiment {
  const found = experiments[name];
  if (found === undefined) {
    throw usage(
      `there is no experiment "${name}"`,
      `use one of ${[...Object.keys(experiments), 'command'].join(', ')}`,
    );
  }
  return found;
}

/** Words that nobody would read are a mistake: they would measure something else. */
function refuseCommandFlags(name: string, flags: Flags): void {
  const [stray] = ['run', 'parse', 'serve', 'variant'].filter((flag) => flags[flag] !== undefined);
  if (stray === undefined) return;
  const instead = stray === 'variant' ? `--only variant=${words(flags[stray]).join(',')}` : 'leave it out';
  throw usage(`--${stray} is for the experiment "command", and ${name} is none of its kind`, instead);
}

function fromCommandLine(flags: Flags): Experiment {
  const run = word(flags['run']);
  const parse = word(flags['parse']);
  if (run === undefined || parse === undefined) {
    throw usage(
      'the experiment "command" needs --run and --parse',
      "for example npm run experiment command -- --run 'netperf -H $SERVER -l 1' --serve netserver --parse '([0-9.]+)\\s*$'",
    );
  }
  const named = words(flags['variant']).flatMap((list) => list.split(','));
  const known = Object.keys(sockets) as SocketName[];
  const chosen = named.map((name) => choice('variant', name, known));
  return commandExperiment({
    run,
    parse: regularExpression(parse),
    serve: word(flags['serve']) ?? '',
    variants: chosen.length > 0 ? chosen : ['tcp'],
  });
}

function regularExpression(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch (error) {
    throw usage(`--parse: ${(error as Error).message}`);
  }
}

function kernelsOf(given: readonly string[], cwd: string): KernelChoice[] {
  if (given.length === 0) return [{ name: 'default' }];
  const choices = given.map((text) => {
    const [, name, spec] = /^([\w.+-]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || spec === undefined) {
      throw usage(`--kernel ${text} gives the kernel no name`, 'write --kernel NAME=BUNDLE|TREE|SERIES');
    }
    if (spec === 'default') return { name };
    return { name, spec: without.test(spec) ? spec : resolve(cwd, spec) };
  });
  const names = choices.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw usage(`two kernels are called ${twice}`);
  return choices;
}

function onlyOf(text: string) {
  const [, factor, values] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (factor === undefined || values === undefined) throw usage(`--only ${text} is not FACTOR=V1,V2`);
  return { factor, values: values.split(',') };
}

function shareOf(inject: string | undefined): number | undefined {
  if (inject === undefined) return undefined;
  const percent = Number(/^slow=(\d+(?:\.\d+)?)%$/.exec(inject)?.[1]);
  if (!(percent > 0 && percent <= 1000))
    throw usage(`--inject ${inject}: only slow=N% is known, such as slow=5%`);
  return percent / 100;
}

function seedOf(text: string): number {
  const seed = z.coerce.number().int().nonnegative().safe().safeParse(text);
  if (!seed.success) throw usage(`--seed ${text}: a whole number from 0 on is expected`);
  return seed.data;
}

function runFolder(dir: string): string {
  if (!existsSync(`${dir}/manifest.json`))
    throw usage(`--resume ${dir}: no run is there (it has no manifest.json)`);
  return dir;
}

/** With the seed written out it gives the same plan again; a run that is gone on with has its own. */
function commandLine(name: string, flags: Flags): string {
  const parts = Object.entries(flags).flatMap(([flag, value]) =>
    flag === 'resume'
      ? []
      : [value].flat().map((one) => (one === true ? `--${flag}` : `--${flag} ${quoted(String(one))}`)),
  );
  return [`npm run experiment ${name}`, ...(parts.length > 0 ? ['--', ...parts] : [])].join(' ');
}

const quoted = (text: string) =>
  /^[\w.,:=/%@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

function choice<const T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw usage(`--${flag} ${value} is not one of ${allowed.join(', ')}`);
  return found;
}

const word = (value: Flags[string]): string | undefined => (typeof value === 'string' ? value : undefined);

const words = (value: Flags[string]): string[] =>
  [value ?? []].flat().filter((one): one is string => typeof one === 'string');

const optional = <T, U>(value: T | undefined, map: (value: T) => U): U | undefined =>
  value === undefined ? undefined : map(value);

const optionally = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

const usage = (what: string, next = 'see npm run experiment -- --help') =>
  new Failure('usage', what, { next });
