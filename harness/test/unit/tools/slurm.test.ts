import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { committedCopy } from '../../../src/checks/harness/committed-copy.ts';

let checkout: string;
let scratch: string;

beforeAll(async () => {
  checkout = await committedCopy();
  scratch = await mkdtemp(join(tmpdir(), 'zerohop-slurm-'));
});
afterAll(async () => {
  await rm(checkout, { recursive: true });
  await rm(scratch, { recursive: true });
});

const plan = ['--profile', 'smoke', '--only', 'size=1', '--boots', '2', '--seed', '7'];

/** Runs the tool of the copy with an sbatch that only writes its arguments down. */
function slurm(...args: string[]) {
  const bin = join(import.meta.dirname, '../../fixtures/slurm/bin');
  const env = { PATH: `${bin}:${process.env['PATH']}`, SUBMISSIONS: join(scratch, 'submissions') };
  const tool = ['node_modules/tsx/dist/cli.mjs', 'tools/slurm.mts'];
  return execa(process.execPath, [...tool, ...args], { cwd: checkout, env, reject: false });
}

test('an array of the shards and a merge after them are submitted, with scripts that bash runs', async () => {
  const into = join(scratch, "it's here");
  const { stdout, stderr } = await slurm('netperf', '--shards', '2', '--into', into, '--', ...plan);
  expect(stderr).toBe('');
  expect(stdout).toBe('shards: job 41; merge: job 42');
  expect((await readFile(join(scratch, 'submissions'), 'utf8')).trim().split('\n')).toEqual([
    `--parsable --array=1,2 --output=${into}/shard-%a.log ${into}/shard.sh`,
    `--parsable --dependency=afterany:41 --output=${into}/merge.log ${into}/merge.sh`,
  ]);
  const said = async (script: string) => {
    const ask = `npm() { printf '%s\\n' "$@"; }; exec() { "$@"; }; SLURM_ARRAY_TASK_ID=2; . "$0"`;
    return (await execa('bash', ['-c', ask, join(into, script)])).stdout.split('\n');
  };
  const command = ['--prefix', checkout, 'run', 'experiment', 'netperf', '--'];
  const shard = ['--shard', '2/2', '--resume-or-begin', join(into, 'shard-2')];
  expect(await said('shard.sh')).toEqual([...command, ...plan, ...shard]);
  const folders = [join(into, 'shard-1'), join(into, 'shard-2')];
  expect(await said('merge.sh')).toEqual([...command, '--merge', ...folders]);
  expect(await readFile(join(into, 'shard.sh'), 'utf8')).toContain('\n#SBATCH --requeue\n');
});

test('shards with boots of the wall clock get nodes of their own', async () => {
  const both = ['--profile', 'quick', '--only', 'size=1024', '--clock', 'both', '--seed', '7'];
  const end = await slurm('netperf', '--shards', '4', '--into', scratch, '--dry-run', '--', ...both);
  expect(end.stdout.split('\n').map((line) => line.replace(/ \S*--output.*/, ''))).toEqual([
    expect.stringMatching(/^sbatch --exclusive \S*--array=1,2,3\S*$/),
    'sbatch --array=4',
    'sbatch --dependency=afterany:JOB1:JOB2',
  ]);
});

test.each([
  [['netperf', '--shards', '2'], /expected NAME --shards N --into DIR/],
  [['netperf', '--shards', 'two', '--into', 'x', '--', ...plan], /expected NAME --shards N/],
  [['netperf', '--shards', '3', '--into', 'x', '--', ...plan], /shard 3\/3 has nothing to measure/],
  [['netperf', '--shards', '2', '--into', 'x', '--', ...plan, '--shard', '1/2'], /without --shard/],
  [['netperf', '--shards', '2', '--into', 'x', '--', '--boots', '2'], /Expected --seed with --shard/],
  [['nothing', '--shards', '2', '--into', 'x', '--', ...plan], /Expected one of .*, got nothing/],
])('slurm.mts %j ends 2 and writes nothing', async (args, message) => {
  expect(await slurm(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) });
  expect(existsSync(join(checkout, 'x'))).toBe(false);
});

test('a tree with changes is refused', async () => {
  await writeFile(join(checkout, 'change'), '');
  const end = await slurm('netperf', '--shards', '2', '--into', 'x', '--', ...plan);
  expect(end).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/a tree without changes/) });
});
