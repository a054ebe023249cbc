import { existsSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { filesBelow } from '../../../../src/artifact/contents.ts';
import netperf from '../../../../src/experiment/netperf.ts';
import { runExperiment } from '../../../../src/run/experiment.ts';
import { mergeShards } from '../../../../src/run/merge/merge.ts';
import { readManifest, readSamples, readSummary } from '../../../../src/store/read-run.ts';
import { scratch, testbed } from '../../store/made.ts';
import { type MadeShard, makeShard, wanted } from './made-shards.ts';

vi.setConfig({ testTimeout: 60_000 });

const part = (index: number, of = 2) => ({ shard: { index, of } });

const both = async (results: string, first: Partial<MadeShard> = {}, second: Partial<MadeShard> = {}) => [
  await makeShard(results, { ...part(1), ...first }),
  await makeShard(results, { ...part(2), ...second }),
];

const refusal = async (shards: Promise<string[]>) =>
  mergeShards(await shards, 'netperf', await scratch()).then(
    () => 'merged',
    ({ kind, message, next }) => ({ kind, message, next }),
  );

const contents = async (dir: string) =>
  Object.fromEntries(
    await Promise.all(
      (await filesBelow(dir)).map(async (file) => [file, await readFile(join(dir, file), 'hex')] as const),
    ),
  );

describe('merged shards', () => {
  it('give the same bytes whatever the order of their folders', async () => {
    const dirs = await both(await scratch());
    const one = await mergeShards(dirs, 'netperf', await scratch());
    const other = await mergeShards(dirs.toReversed(), 'netperf', await scratch());
    const files = await contents(one.dir);
    expect(Object.keys(files).length).toBeGreaterThan(10);
    expect(await contents(other.dir)).toEqual(files);
  });

  it('are one whole run: figures of all boots, report, and the latest of its experiment', async () => {
    const results = await scratch();
    const { dir, failures, next } = await mergeShards(await both(results), 'netperf', results);
    expect({ failures, next }).toEqual({ failures: [], next: null });
    const { cells, ratios } = await readSummary(dir);
    expect(cells.map(({ variant, boots }) => `${variant} ${boots}`).sort()).toEqual(['splice 2', 'tcp 2']);
    expect(ratios.some(({ numerator, boots }) => numerator === 'splice' && boots === 2)).toBe(true);
    expect(await readSamples(dir)).toHaveLength(4);
    expect(join(results, 'latest', await readlink(join(results, 'latest/netperf')))).toBe(dir);
    expect(await readFile(join(dir, 'report.html'), 'utf8')).toContain('splice');
    const { command, request, merged, boots } = await readManifest(dir);
    expect(command).toBe('npm run experiment netperf -- --seed 7 --boots 2');
    expect(request).toEqual(wanted);
    expect(merged?.map(({ shard }) => shard.boots)).toEqual([['virtual-0'], ['virtual-1']]);
    expect(boots.map(({ name }) => name)).toEqual(['virtual-0', 'virtual-1']);
  });

  it("keep the shards' journals and manifests, and all logs", async () => {
    const dirs = await both(await scratch());
    const { dir } = await mergeShards(dirs, 'netperf', await scratch());
    for (const shard of dirs) {
      const { run } = await readManifest(shard);
      expect(await readFile(join(dir, 'shards', run, 'journal.jsonl'), 'utf8')).toBe(
        await readFile(join(shard, 'journal.jsonl'), 'utf8'),
      );
    }
    for (const boot of ['virtual-0', 'virtual-1'])
      expect(existsSync(join(dir, 'logs', boot, 'console.log')), boot).toBe(true);
  });

  it('are not resumed: their shards are', async () => {
    const { dir } = await mergeShards(await both(await scratch()), 'netperf', await scratch());
    const asked = { request: wanted, kernels: [], resume: dir, explain: false, force: false, command: '' };
    const context = { progress: () => {}, signal: new AbortController().signal };
    await expect(runExperiment({ ...asked, experiment: netperf }, context)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('was merged from'),
    });
  });

  it('report the cells that failed in any of them', async () => {
    const failing: MadeShard['measure'] = async (run, boot, rest) => {
      const [, step] = boot.steps;
      if (step !== undefined) await run.recorder(boot).failed(step.variant, step.params, 'no answer');
      await rest();
    };
    const dirs = await both(await scratch(), {}, { measure: failing });
    const { failures, summary } = await mergeShards(dirs, 'netperf', await scratch());
    expect(failures).toEqual([expect.stringMatching(/failed in boot virtual-1: no answer/)]);
    expect(summary.warnings).toEqual(expect.arrayContaining(failures));
  });
});

describe('shards are not merged', () => {
  const commit = 'abc';
  it.each<[string, RegExp, Partial<MadeShard>]>([
    [
      'of two commits',
      /different commits: abc in .*; def in/,
      { changes: { zerohop: { commit: 'def', dirty: false } } },
    ],
    [
      'of a tree with changes',
      /a tree that differs from its commit/,
      { changes: { zerohop: { commit, dirty: true } } },
    ],
    ['of two seeds', /different plans/, { request: { seed: 8 } }],
    [
      'of two root filesystems',
      /different root filesystems/,
      { changes: { testbed: { ...testbed, rootHash: 'other' } } },
    ],
    [
      'of two virtual testbeds',
      /different testbeds of the virtual clock/,
      { changes: { testbed: { ...testbed, qemuVersion: '8' } } },
    ],
    ['that have a boot twice', /both have boot virtual-0/, part(1)],
  ])('%s', async (_, message, second) => {
    expect(await refusal(both(await scratch(), {}, second))).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });

  it('of two kernels', async () => {
    const results = await scratch();
    const dirs = await both(results);
    const { kernels } = await readManifest(dirs[0] ?? '');
    const other = await makeShard(results, {
      ...part(2),
      changes: { kernels: kernels.map((kernel) => ({ ...kernel, bundle: 'other' })) },
    });
    expect(await refusal(Promise.resolve([dirs[0] ?? '', other]))).toMatchObject({
      message: expect.stringMatching(/different kernel bundles: f00d in .*; other in/),
    });
  });

  it('when boots of one wall-clock environment come from two machines', async () => {
    const request = { clock: 'wall' } as const;
    const elsewhere = { testbed: { ...testbed, cpuModel: 'Another CPU' } };
    expect(await refusal(both(await scratch(), { request }, { request, changes: elsewhere }))).toMatchObject({
      message: expect.stringMatching(/different testbeds of wall-poll-0 and its like/),
    });
    const { dir } = await mergeShards(
      await both(await scratch(), { request }, { request }),
      'netperf',
      await scratch(),
    );
    expect((await readManifest(dir)).merged).toHaveLength(2);
  });

  it('when a boot is missing: it is named, with the command that measures it', async () => {
    const results = await scratch();
    const first = await makeShard(results, part(1));
    expect(await refusal(Promise.resolve([first]))).toEqual({
      kind: 'usage',
      message: '1 boot was not measured: virtual-1',
      next: 'measure them, and merge again\nvirtual-1: npm run experiment netperf -- --boots 2 --shard 2/2 --seed 7',
    });
  });

  it('when a shard was stopped: the command resumes it', async () => {
    const stopped = await makeShard(await scratch(), { ...part(2), measure: async () => {} });
    const first = await makeShard(await scratch(), part(1));
    expect(await refusal(Promise.resolve([first, stopped]))).toMatchObject({
      next: expect.stringContaining(`--shard 2/2 --seed 7 --resume ${stopped}`),
    });
  });

  it('when a kernel complained in one, by its journal or by its console alone', async () => {
    const complaining: MadeShard['measure'] = async (run, { name }, rest) => {
      await rest();
      await run.complained(name, 'WARNING: at net/core');
    };
    for (const second of [{ measure: complaining }, { console: 'warning.log' }])
      expect(await refusal(both(await scratch(), {}, second))).toMatchObject({
        kind: 'kernel',
        message: expect.stringMatching(/cannot be merged: .*WARNING/s),
      });
  });

  it('when a folder is a run of its own, or of another experiment', async () => {
    const dirs = await both(await scratch());
    const whole = await mergeShards(dirs, 'netperf', await scratch());
    await expect(mergeShards([whole.dir], 'netperf', await scratch())).rejects.toThrow(/is not a shard/);
    await expect(mergeShards(dirs, 'redis', await scratch())).rejects.toThrow(
      /a shard of netperf, not of redis/,
    );
  });
});

describe('rounds', () => {
  const wallOf = (from: number, to: number) => ({
    profile: 'paper' as const,
    clock: 'wall' as const,
    only: [
      ...wanted.only,
      { factor: 'idle', values: ['poll'] },
      { factor: 'topology', values: ['loopback'] },
    ],
    boots: { from, to },
  });
  /** The variants of each boot stand in another ratio. */
  const noisy: MadeShard['measure'] = async (run, boot, rest) => {
    const { recorder } = run;
    run.recorder = (plan) => {
      const own = recorder.call(run, plan);
      const samples: typeof own.samples = (list) =>
        own.samples(
          list.map((one) => ({
            ...one,
            value: one.variant === 'tcp' ? one.value * (1 + 0.3 * boot.index) : one.value,
          })),
        );
      return { ...own, samples };
    };
    await rest();
  };

  it('are asked for by the stop rule, and join the ones before', async () => {
    const results = await scratch();
    const first = await makeShard(results, { ...part(1, 1), request: wallOf(0, 3), measure: noisy });
    const { next } = await mergeShards([first], 'netperf', results);
    expect(next).toEqual({
      boots: ['wall-poll-3'],
      command: 'npm run experiment netperf -- --seed 7 --boots 4..4 --shard i/n',
    });
    const second = await makeShard(results, { ...part(1, 1), request: wallOf(3, 4) });
    const { dir } = await mergeShards([second, first], 'netperf', results);
    expect((await readManifest(dir)).request.boots).toEqual({ from: 0, to: 4 });
  });

  it('have no gap', async () => {
    const results = await scratch();
    const dirs = [
      await makeShard(results, { ...part(1, 1), request: wallOf(0, 1) }),
      await makeShard(results, { ...part(1, 1), request: wallOf(2, 3) }),
    ];
    expect(await refusal(Promise.resolve(dirs))).toMatchObject({
      next: expect.stringContaining(
        'wall-poll-1: npm run experiment netperf -- --seed 7 --boots 2..2 --shard 1/1',
      ),
    });
  });
});
