import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stoppedText } from '../../../src/cli/signals.ts';
import { commandExperiment } from '../../../src/experiment/command.ts';
import type { Experiment } from '../../../src/experiment/experiment.ts';
import netperf from '../../../src/experiment/netperf.ts';
import redis from '../../../src/experiment/redis.ts';
import { readCommit } from '../../../src/host/commit.ts';
import { Failure } from '../../../src/host/failure.ts';
import { runExperiment } from '../../../src/run/experiment.ts';
import { createRun } from '../../../src/run/open.ts';
import { resumable, wordsOf } from '../../../src/run/resume.ts';
import { readManifest } from '../../../src/store/read-run.ts';
import { scratch, start } from '../store/made.ts';

const never = new AbortController().signal;
const words = { run: 'nproc', parse: '(.*)', serve: '', variants: ['tcp'] } as const;

/** Goes on with a run that was begun otherwise: no kernel and no root is asked for. */
async function goneOnWith(experiment: Experiment, changes: Parameters<typeof start>[0], command = '') {
  const run = await createRun(start(changes), await scratch());
  await run[Symbol.asyncDispose]();
  const { request } = run.manifest;
  const asked = { request, kernels: [], resume: run.dir, explain: false, force: false, command };
  const context = { progress: () => {}, signal: never };
  return runExperiment({ ...asked, experiment }, context);
}

describe('a run', () => {
  it('is resumed only by its own experiment', async () => {
    await expect(goneOnWith(redis, { experiment: 'netperf' })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/is a run of the experiment netperf, not of redis/),
      next: expect.stringMatching(/npm run experiment netperf -- --resume \//),
    });
    // Let in, it stops at the next thing that is missing.
    await expect(goneOnWith(netperf, { experiment: 'netperf' })).rejects.toThrow(/bundle f00d, which is not/);
  });

  it('of a command line is resumed only with the same command line', async () => {
    const request = { ...start().request, words: wordsOf(commandExperiment(words)) ?? {} };
    const command = 'npm run experiment command -- --run nproc';
    const goOn = (changes: Partial<Parameters<typeof commandExperiment>[0]>) =>
      goneOnWith(commandExperiment({ ...words, ...changes }), { experiment: 'command', command, request });
    await expect(goOn({})).rejects.toThrow(/bundle f00d, which is not/);
    for (const other of [{ run: 'uptime' }, { parse: '(.)' }, { variants: ['tcp', 'unix'] as const }])
      await expect(goOn(other)).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringMatching(/begun with other words: npm run experiment command -- --run nproc/),
      });
  });

  it('is resumed only with its own plan', async () => {
    const begun = 'npm run experiment netperf -- --only size=1 --seed 7';
    const goOn = (flags: string) =>
      goneOnWith(netperf, { experiment: 'netperf', command: begun }, `npm run experiment netperf${flags}`);
    for (const flags of ['', ' -- --seed 7', ' -- --explain --only size=1'])
      await expect(goOn(flags)).rejects.toThrow(/bundle f00d, which is not/);
    for (const flag of ['--seed 8', '--profile full', '--only size=2'])
      await expect(goOn(` -- ${flag}`)).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining(`was begun without ${flag}: ${begun}`),
      });
  });
});

describe('a shard', () => {
  it('is resumed only on its commit, because its figures are merged with those of that commit', async () => {
    const shard = { index: 1, of: 2, plan: 'p', boots: ['virtual-0'] };
    const zerohop = await readCommit();
    await expect(goneOnWith(netperf, { shard })).rejects.toMatchObject({
      kind: 'usage',
      message: `the shard was begun on commit abc, and this is ${zerohop.commit}${zerohop.dirty ? ' with changes' : ''}`,
    });
    await expect(goneOnWith(netperf, { shard, zerohop })).rejects.toThrow(/bundle f00d, which is not/);
  });
});

describe('a named folder', () => {
  it('gets a run once: a second begin finds the first', async () => {
    const dir = join(await scratch(), 'task-1');
    const run = await createRun(start(), undefined, dir);
    expect(run.dir).toBe(dir);
    await expect(createRun(start(), undefined, dir)).rejects.toThrow(/is being measured by another process/);
    await run[Symbol.asyncDispose]();
    await expect(createRun(start(), undefined, dir)).rejects.toThrow(/already has a run/);
    expect((await readManifest(dir)).startedAt).toBe(run.manifest.startedAt);
  });
});

describe('what ends a run', () => {
  const run = { manifest: { command: 'npm run experiment netperf -- --seed 1' }, dir: '/runs/one' };
  const goOn = 'resume with npm run experiment netperf -- --seed 1 --resume /runs/one';

  it('says how to resume', () => {
    const died = new Failure('infra', 'QEMU ended', { log: '/log', next: 'see its log' });
    const told = { kind: 'infra', log: '/log', next: `see its log\n${goOn}` };
    expect(resumable(died, run, never)).toMatchObject(told);
  });

  it('says it when a disk is full', async () => {
    const full: unknown = await writeFile('/dev/full', 'a report').catch((error) => error);
    expect(resumable(full, run, never)).toMatchObject({
      kind: 'infra',
      message: expect.stringMatching(/^the disk is full/),
      next: expect.stringContaining(goOn),
    });
  });

  it('says it after a signal, with the run folder', () => {
    const told = stoppedText(143, resumable(new Error('stopped by SIGTERM'), run, AbortSignal.abort()));
    expect(told).toContain(goOn);
    expect(told.trimEnd().split('\n').at(-1)).toBe('zerohop: outcome=interrupted status=143 log=/runs/one');
  });

  it('does not say it when the kernel complained', () => {
    const complaint = new Failure('kernel', 'WARNING', { next: 'see the console log' });
    expect(resumable(complaint, run, never)).toBe(complaint);
  });
});
