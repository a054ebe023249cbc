import { appendFile, readFile, readlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { BootPlan } from '../../../src/experiment/boot-plan.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import { judgeNoise } from '../../../src/run/boot.ts';
import { createRun, resumeRun } from '../../../src/run/open.ts';
import { readManifest, readSamples, readSummary } from '../../../src/store/read-run.ts';
import type { Run } from '../../../src/store/run.ts';
import { matrix, point, sample } from '../measure/made.ts';
import { boot, scratch, start } from './made.ts';

const tcp = (order: number) => ({ ...sample('tcp', 0, 38_000), order });
const smc = (order: number) => ({ ...sample('smc', 0, 67_000), order });

const summaryOf = async (run: Run) =>
  summarise({
    experiment: { name: 'netperf', matrices: [matrix], baseline: 'tcp', ratios: [] },
    profile: 'quick',
    kernels: ['default'],
    claims: [],
    ...(await run.findings()),
  });

describe('a new run', () => {
  it('has a folder named by time, experiment and chance, with its manifest', async () => {
    await using run = await createRun(start(), await scratch());
    expect(run.dir).toMatch(/\/runs\/\d{8}T\d{6}Z-netperf-[0-9a-f]{6}$/);
    const manifest = await readManifest(run.dir);
    expect(manifest).toMatchObject({ experiment: 'netperf', endedAt: null, boots: [], resumed: 0 });
    expect(manifest.testbedId.virtual).not.toBe(manifest.testbedId.wall);
  });

  it('becomes the latest only when its summary is there and valid', async () => {
    const results = await scratch();
    const latest = join(results, 'latest', 'netperf');
    await using first = await createRun(start(), results);
    await expect(first.publish()).rejects.toThrow();
    await expect(readlink(latest)).rejects.toThrow();
    await first.recorder(boot).samples([tcp(1)]);
    await first.save(await summaryOf(first));
    await first.publish();
    await using second = await createRun(start(), results);
    await second.recorder(boot).samples([tcp(1)]);
    const broken = { ...(await summaryOf(second)), profile: 'huge' as never };
    await expect(second.save(broken)).rejects.toThrow();
    await expect(second.publish()).rejects.toThrow();
    expect(join(results, 'latest', await readlink(latest))).toBe(first.dir);
    await second.save(await summaryOf(second));
    await second.publish();
    expect(join(results, 'latest', await readlink(latest))).toBe(second.dir);
    expect((await readSummary(latest)).cells).toHaveLength(1);
  });

  it('records boots with the values probed during them', async () => {
    await using run = await createRun(start(), await scratch());
    await run.bootStarted(boot, ['qemu-system-x86_64', '-accel', 'tcg'], {
      cpus: [1, 0],
      instructions: 'icount: QEMU counts',
    });
    await run.recorder(boot).samples([tcp(1)]);
    await run.bootEnded(boot, { load: 0.5 });
    await run.save(await summaryOf(run));
    const { boots, endedAt } = await readManifest(run.dir);
    expect(endedAt).not.toBeNull();
    expect(boots).toMatchObject([{ name: 'virtual-0', seed: 7, cpus: [1, 0], noise: { load: 0.5 } }]);
    expect(boots[0]?.qemuCommand).toContain('-accel');
  });

  it('has its samples in the order of the plan in the end, whichever boot was faster', async () => {
    await using run = await createRun(start(), await scratch());
    const second: BootPlan = { ...boot, name: 'virtual-1', index: 1 };
    const of = (index: number) => [
      { ...tcp(1), boot: index },
      { ...smc(3), boot: index },
    ];
    for (const sample of of(1)) await run.recorder(second).samples([sample]);
    for (const sample of of(0)) await run.recorder(boot).samples([sample]);
    await run.settle([boot, second]);
    expect((await run.findings()).samples).toEqual([...of(0), ...of(1)]);
    await run.settle([boot, second]);
    expect(await readSamples(run.dir)).toEqual([...of(0), ...of(1)]);
  });

  it('leaves its samples as they are when some of them do not count', async () => {
    await using run = await createRun(start(), await scratch());
    const second: BootPlan = { ...boot, name: 'virtual-1', index: 1 };
    await run.recorder(second).samples([{ ...tcp(1), boot: 1 }]);
    await run.recorder(boot).samples([tcp(1)]);
    await run.discard(second, 'noise');
    await run.settle([boot, second]);
    expect((await run.findings()).samples).toEqual([tcp(1)]);
  });

  it('keeps the samples of parallel boots and their sizes consistent', async () => {
    await using run = await createRun(start(), await scratch());
    const other = { ...boot, name: 'virtual-1' };
    // Long enough that what comes after it would be written before it.
    const long = Array.from({ length: 3000 }, () => tcp(1));
    await Promise.all([run.recorder(boot).samples(long), run.recorder(other).samples([smc(2)])]);
    const journal = await readFile(join(run.dir, 'journal.jsonl'), 'utf8');
    const steps = [...journal.matchAll(/"order":(\d+),.*"samplesBytes":(\d+)/g)].map(([, ...found]) =>
      found.map(Number),
    ) as [number, number][];
    const samples = await readFile(join(run.dir, 'samples.jsonl'));
    const ordersIn = (from: number, to: number) =>
      new Set([...samples.toString('utf8', from, to).matchAll(/"order":(\d+)/g)].map(([, order]) => order));
    let from = 0;
    for (const [order, to] of steps) {
      expect(ordersIn(from, to)).toEqual(new Set([`${order}`]));
      from = to;
    }
    expect([steps.length, from]).toEqual([2, samples.length]);
  });

  it('refuses samples that are not of the schema', async () => {
    await using run = await createRun(start(), await scratch());
    const wrong = { ...tcp(1), value: 'fast' as never };
    await expect(run.recorder(boot).samples([wrong])).rejects.toThrow();
    expect((await run.findings()).samples).toEqual([]);
  });
});

describe('a run that is resumed', () => {
  const begun = async () => {
    const run = await createRun(start(), await scratch());
    await run.bootStarted(boot, [], { instructions: 'icount: QEMU counts' });
    await run.recorder(boot).samples([tcp(1)]);
    await run[Symbol.asyncDispose]();
    return run.dir;
  };

  it('repeats no complete step, and warms up the remaining variants again', async () => {
    await using run = await resumeRun(await begun());
    expect(run.remaining(boot)?.steps.map(({ order }) => order)).toEqual([2, 3]);
    await run.recorder(boot).samples([smc(3)]);
    expect(run.remaining(boot)).toBeNull();
    expect(run.remaining({ ...boot, name: 'virtual-1' })?.steps).toHaveLength(4);
    expect(run.manifest.resumed).toBe(1);
  });

  it('takes no step of a changed plan as done', async () => {
    await using run = await resumeRun(await begun());
    const steps = boot.steps.map((step) => ({ ...step, params: point({ size: 64 }) }));
    expect(run.remaining({ ...boot, steps })?.steps).toHaveLength(4);
  });

  it('drops a torn line, and samples whose step is not in the journal', async () => {
    const dir = await begun();
    await appendFile(join(dir, 'samples.jsonl'), `${JSON.stringify(smc(3))}\n{"boot":0,"ord`);
    await appendFile(join(dir, 'journal.jsonl'), '{"event":"step","boot":"virt');
    expect(await readSamples(dir)).toHaveLength(1);
    await using run = await resumeRun(dir);
    expect((await run.findings()).samples).toEqual([tcp(1)]);
    await run.recorder(boot).samples([smc(3)]);
    expect((await run.findings()).samples).toEqual([tcp(1), smc(3)]);
    expect(await readFile(join(dir, 'samples.jsonl'), 'utf8')).not.toContain('"ord{');
  });

  it('survives a file that was cut anywhere', async () => {
    const dir = await begun();
    const journal = join(dir, 'journal.jsonl');
    const { length } = await readFile(journal);
    await truncate(journal, length - 1);
    await using run = await resumeRun(dir);
    expect(run.remaining(boot)?.steps.map(({ order }) => order)).toEqual([0, 1, 2, 3]);
    expect((await run.findings()).samples).toEqual([]);
  });

  it('does not boot again for unavailable cells', async () => {
    await using run = await resumeRun(await begun());
    await run.recorder(boot).unavailable('smc', point(), 'not in this kernel');
    await run.recorder(boot).unavailable('smc', point(), 'not in this kernel');
    expect(run.remaining(boot)).toBeNull();
    expect((await run.findings()).unavailable).toHaveLength(1);
  });

  it('retries failed cells, and then drops the first failure', async () => {
    const dir = await begun();
    {
      await using run = await resumeRun(dir);
      await run.recorder(boot).failed('smc', point(), 'no proof');
      expect((await run.findings()).failures).toHaveLength(1);
      expect((await run.findings()).warnings[0]).toContain('no proof');
    }
    await using run = await resumeRun(dir);
    expect(run.remaining(boot)?.steps.map(({ order }) => order)).toEqual([2, 3]);
    expect((await run.findings()).failures).toEqual([]);
  });

  it('warns when a boot took two attempts', async () => {
    await using run = await resumeRun(await begun());
    await run.bootStarted(boot, [], { instructions: 'icount: QEMU counts' });
    expect((await run.findings()).warnings[0]).toContain('virtual-0 was interrupted');
  });

  it('measures a discarded boot again, and counts only the samples of the parallel boot', async () => {
    const other = { ...boot, name: 'virtual-1' };
    const dir = await begun();
    const noisy = ['load of 3.1', 'steal of 9 %'];
    {
      await using run = await resumeRun(dir);
      await run.bootStarted(other, [], {});
      await run.recorder(other).samples([{ ...tcp(1), boot: 1 }]);
      await run.recorder(boot).samples([smc(3)]);
      await run.recorder(other).samples([{ ...smc(3), boot: 1 }]);
      await expect(judgeNoise(run, boot, noisy, { profile: 'paper', force: false })).rejects.toThrow(/noisy/);
    }
    await using run = await resumeRun(dir);
    expect(run.remaining(boot)).toEqual(boot);
    expect(run.remaining(other)).toBeNull();
    await run.bootStarted(boot, [], {});
    await run.recorder(boot).samples([{ ...tcp(1), value: 2 }]);
    const counted = [
      { ...tcp(1), boot: 1 },
      { ...smc(3), boot: 1 },
      { ...tcp(1), value: 2 },
    ];
    expect((await run.findings()).samples).toEqual(counted);
    expect(await readSamples(dir)).toEqual(counted);
    expect((await run.findings()).warnings).toEqual([
      'boot virtual-0 was measured again: load of 3.1; steal of 9 %',
    ]);
    await run.save(await summaryOf(run));
    expect(run.manifest.boots.map(({ name }) => name)).toEqual(['virtual-1', 'virtual-0']);
  });

  it('keeps a noisy boot when noise only causes a warning', async () => {
    await using run = await resumeRun(await begun());
    await judgeNoise(run, boot, ['load of 3.1'], { profile: 'quick', force: false });
    await judgeNoise(run, boot, ['load of 3.2'], { profile: 'paper', force: true });
    const { samples, warnings } = await run.findings();
    expect(samples).toEqual([tcp(1)]);
    expect(warnings).toEqual(['boot virtual-0: load of 3.1', 'boot virtual-0: load of 3.2']);
  });

  it('is held by one process at a time', async () => {
    const dir = await begun();
    await using _run = await resumeRun(dir);
    await expect(resumeRun(dir)).rejects.toMatchObject({ kind: 'usage' });
  });

  it('refuses a samples file that is shorter than recorded', async () => {
    const dir = await begun();
    await truncate(join(dir, 'samples.jsonl'), 10);
    await expect(resumeRun(dir)).rejects.toThrow(/samples\.jsonl has 10 bytes of the \d+/);
  });

  it('refuses a journal that was changed by hand, naming the line', async () => {
    const dir = await begun();
    await appendFile(join(dir, 'journal.jsonl'), '{"event":"nonsense"}\n');
    await expect(resumeRun(dir)).rejects.toThrow(/journal\.jsonl:4/);
  });
});

describe('what ends a run', () => {
  const fill = join(import.meta.dirname, 'fill.ts');
  const node = [process.execPath, '--import', 'tsx', fill];

  it('SIGKILL loses no sample that was reported as recorded', async () => {
    const results = await scratch();
    const told: string[] = [];
    const child = execa({ reject: false })`${node} ${results}`;
    for await (const line of child.iterable()) {
      told.push(line);
      if (told.length === 40) child.kill('SIGKILL');
    }
    const [dir = ''] = told;
    await using run = await resumeRun(dir);
    const { samples } = await run.findings();
    expect(samples.length % 2).toBe(0);
    expect(samples.length / 2).toBeGreaterThanOrEqual(told.length - 1);
    expect(samples.map(({ order }) => order)).toEqual(samples.map((_, place) => Math.floor(place / 2)));
  });

  it('a full disk is a clear failure, and every sample reported as recorded is whole', async (context) => {
    const results = await scratch();
    const inside =
      'mount -t tmpfs -o size=64k none "$0" && "$@" && cat "$0"/runs/*/samples.jsonl | tail -n 2';
    const isolated = ['unshare', '--map-root-user', '--mount', 'sh', '-c', inside, results];
    const allowed = await execa({ reject: false })`unshare --map-root-user --mount true`;
    if (allowed.exitCode !== 0) context.skip('this machine allows no mount namespace');
    const { stdout } = await execa({ lines: true })`${isolated} ${node} ${results}`;
    const [before, failure, ...lastTwo] = stdout.slice(-4);
    expect(failure).toMatch(/^infra: the disk is full .*free some space/);
    expect(lastTwo.map((line) => JSON.parse(line).order)).toEqual([Number(before), Number(before)]);
  });
});
