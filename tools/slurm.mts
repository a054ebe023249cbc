import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { $, quote } from 'zx';
import { parseArguments } from '../harness/src/cli/arguments.ts';
import { experimentOptions } from '../harness/src/cli/experiment-request.ts';
import { experiments } from '../harness/src/experiment/index.ts';
import { checkoutRoot } from '../harness/src/host/cache.ts';
import { readCommit } from '../harness/src/host/commit.ts';
import { chosenBoots } from '../harness/src/run/shard.ts';
import { misuse, runScript, type Usage } from './command.mts';
import { mergeScript, type ShardedRun, shardScript } from './slurm/job-scripts.mts';

const usage: Usage = {
  script: 'slurm.mts',
  about:
    'an experiment on the nodes of a Slurm cluster that share this checkout: an array job measures its shards, and a\n' +
    'last job merges them. Partition, account and time limit come from the environment (SBATCH_PARTITION, ...).',
  forms: {
    'NAME --shards N --into DIR -- FLAG...':
      'FLAGs are those of npm run experiment NAME, among them --seed; DIR gets the job scripts, logs and shards',
  },
  flags: {
    shards: { value: 'N', about: 'the tasks of the array; at most as many as the plan has boots' },
    into: { value: 'DIR', about: 'a folder that every node sees; shards that are there already are resumed' },
    'dry-run': { about: 'write the job scripts, print how they are submitted, and submit nothing' },
  },
};

/** Flags that only the job scripts may give. */
const ownFlags = ['shard', 'merge', 'resume', 'resume-or-begin', 'dry-run'];

await runScript(usage, async ({ operands: [experiment = '', ...given], flags }) => {
  const shards = Number(flags['shards']);
  const { into } = flags;
  if (experiment === '' || !(shards >= 1) || typeof into !== 'string')
    throw misuse(usage, `expected NAME --shards N --into DIR, got: ${process.argv.slice(2).join(' ')}`);
  const run: ShardedRun = {
    ...{ experiment, flags: given, shards, into: resolve(into) },
    ...{ checkout: checkoutRoot(), cwd: process.cwd() },
  };
  const dryRun = flags['dry-run'] === true;
  const arrays = await arraysOf(run);
  if ((await readCommit()).dirty && !dryRun)
    throw misuse(usage, 'expected a tree without changes, because only shards of a commit are merged');
  await mkdir(run.into, { recursive: true });
  const [shard, merge] = [join(run.into, 'shard.sh'), join(run.into, 'merge.sh')];
  await writeFile(shard, shardScript(run));
  await writeFile(merge, mergeScript(run));
  const submit = dryRun ? printing() : sbatch;
  const jobs: string[] = [];
  for (const options of arrays) jobs.push(await submit([...options, logOf(run, 'shard-%a'), shard]));
  const last = await submit([`--dependency=afterany:${jobs.join(':')}`, logOf(run, 'merge'), merge]);
  if (!dryRun) process.stdout.write(`shards: job ${jobs.join(' and ')}; merge: job ${last}\n`);
  return 0;
});

/** The options of the arrays to submit. A shard that has boots of the wall clock needs a node for itself. */
async function arraysOf(run: ShardedRun): Promise<string[][]> {
  const stray = parseArguments('experiment', [run.experiment, ...run.flags]).given.find(({ name }) =>
    ownFlags.includes(name),
  );
  if (stray !== undefined) throw misuse(usage, `expected the flags without --${stray.name}`);
  const known = await experiments();
  const [wall, virtual]: [number[], number[]] = [[], []];
  for (let index = 1; index <= run.shards; index++) {
    const argv = [run.experiment, ...run.flags, '--shard', `${index}/${run.shards}`];
    const boots = chosenBoots(experimentOptions(parseArguments('experiment', argv), run.cwd, known));
    (boots.some(({ clock }) => clock === 'wall') ? wall : virtual).push(index);
  }
  return [
    ...(wall.length > 0 ? [['--exclusive', `--array=${wall.join(',')}`]] : []),
    ...(virtual.length > 0 ? [[`--array=${virtual.join(',')}`]] : []),
  ];
}

function logOf({ into }: ShardedRun, name: string): string {
  return `--output=${join(into, `${name}.log`)}`;
}

/** Returns the job's number. */
async function sbatch(args: readonly string[]): Promise<string> {
  const { stdout } = await $({ quiet: true })`sbatch --parsable ${args}`;
  return stdout.trim().replace(/;.*/, '');
}

/** Prints each submission instead. JOB1, JOB2, ... stand for the numbers of the jobs. */
function printing(): typeof sbatch {
  let count = 0;
  return async (args) => {
    process.stdout.write(`sbatch ${args.map((arg) => quote(arg)).join(' ')}\n`);
    count += 1;
    return `JOB${count}`;
  };
}
