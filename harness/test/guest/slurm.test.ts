import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { committedCopy } from '../../src/checks/harness/committed-copy.ts';
import { readManifest, readSummary } from '../../src/store/read-run.ts';
import { type Cluster, slurm, startCluster, until } from '../fixtures/slurm/cluster.ts';

vi.setConfig({ testTimeout: 10 * 60_000 });

/** A copy, because shards of a tree with changes are not merged. */
let checkout: string;
let cluster: Cluster;

beforeAll(async () => {
  checkout = await committedCopy();
  cluster = await startCluster(2);
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(checkout, { recursive: true });
});

const queue = () => slurm(cluster.env, 'squeue', '--noheader', '--array', '--format=%i %t');

test('an array job of two shards, one of them requeued, is merged by the job after it', async () => {
  const into = join(cluster.dir, 'shards');
  const only = ['workload=netperf', 'topology=loopback', 'size=1', 'variant=tcp,splice'].flatMap((words) => [
    '--only',
    words,
  ]);
  const plan = ['--profile', 'smoke', ...only, '--boots', '2', '--seed', '7'];
  const submitted = await execa(
    process.execPath,
    [
      'node_modules/tsx/dist/cli.mjs',
      'tools/slurm.mts',
      ...['netperf', '--shards', '2', '--into', into, '--', ...plan],
    ],
    { cwd: checkout, env: cluster.env },
  );
  const [, array, merge] = /^shards: job (\d+); merge: job (\d+)$/.exec(submitted.stdout) ?? [];
  const journal = join(into, 'shard-1/journal.jsonl');
  await until(async () => existsSync(journal) && (await readFile(journal, 'utf8')).includes('"boot"'), 120);
  expect(await slurm(cluster.env, 'scontrol', 'requeue', `${array}_1`)).toBe('');
  await until(async () => (await queue()) === '', 480);

  const log = await readFile(join(into, 'merge.log'), 'utf8');
  const job = await slurm(cluster.env, 'scontrol', 'show', 'job', `${merge}`);
  expect(job, log).toContain('JobState=COMPLETED');
  const merged = join(checkout, 'results/latest/netperf');
  const { boots, merged: shards, resumed } = await readManifest(merged);
  expect(new Set(boots.map(({ name }) => name))).toEqual(new Set(['virtual-0', 'virtual-1']));
  expect({ shards: shards?.length, resumed }).toEqual({ shards: 2, resumed: 1 });
  const { ratios } = await readSummary(merged);
  expect(ratios.find(({ numerator, metric }) => numerator === 'splice' && metric === 'rate')).toMatchObject({
    boots: 2,
    value: expect.closeTo(2.34, 0),
  });
});
