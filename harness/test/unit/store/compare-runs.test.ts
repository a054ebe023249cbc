import { afterEach, describe, expect, it, vi } from 'vitest';
import { compare } from '../../../src/cli/compare.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import { createRun } from '../../../src/run/open.ts';
import { compareRuns } from '../../../src/store/compare-runs.ts';
import type { Testbed } from '../../../src/store/testbed.ts';
import { matrix, sample, wall } from '../measure/made.ts';
import { boot, scratch, start, testbed } from './made.ts';

const measure = async (rate: number, changes: Partial<Testbed> = {}, experiment = 'netperf') => {
  await using run = await createRun(
    start({ experiment, testbed: { ...testbed, ...changes } }),
    await scratch(),
  );
  const pair = [0, 1].flatMap((index) => [sample('tcp', index, rate), sample('tcp', index, rate, wall())]);
  await run.recorder(boot).samples(pair);
  const { failures: _none, ...found } = await run.findings();
  const about = { name: experiment, matrices: [matrix], baseline: 'tcp' as const, ratios: [] };
  const rest = { profile: 'quick' as const, kernels: ['default'], claims: [] };
  await run.save(summarise({ experiment: about, ...rest, ...found }));
  return run.dir;
};

const context = { signal: new AbortController().signal, cwd: '/' };

describe('compareRuns', () => {
  it('compares every cell of two runs of one testbed', async () => {
    const { cells, leftOut } = await compareRuns(await measure(100), await measure(120));
    expect(cells.map(({ comparison }) => comparison)).toEqual(['faster', 'faster']);
    expect(leftOut).toEqual([]);
  });

  it('leaves out the clock on which the testbeds differ, and says so', async () => {
    const { cells, leftOut } = await compareRuns(await measure(100), await measure(120, { cpuModel: 'B' }));
    expect(cells.map(({ before }) => before.params.clock)).toEqual(['virtual']);
    expect(leftOut[0]).toContain('cpuModel A CPU and B');
  });

  it('refuses different testbeds and different experiments', async () => {
    const a = await measure(100);
    const refused = compareRuns(a, await measure(100, { qemuVersion: '10.0' }));
    await expect(refused).rejects.toMatchObject({ kind: 'usage' });
    await expect(refused).rejects.toThrow(/qemuVersion 7.2.0 and 10.0/);
    await expect(compareRuns(a, await measure(100, {}, 'redis'))).rejects.toMatchObject({ kind: 'usage' });
  });

  it('names the flags of QEMU that only one of the testbeds has, also beside an older run with one list', async () => {
    const older = await measure(100, { qemuFlags: ['-icount', '-smp', '2', '-cpu', 'max'] });
    await expect(compareRuns(older, await measure(100))).rejects.toThrow(
      /: qemuFlags -smp 2 and without these$/,
    );
  });
});

describe('npm run compare', () => {
  afterEach(() => vi.restoreAllMocks());

  const printed = () => {
    const text: string[] = [];
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => text.push(String(chunk)) > 0);
    return text;
  };

  it('prints a table that says "between runs" and ends 0', async () => {
    const text = printed();
    expect(await compare([await measure(100), await measure(100)], context)).toBe(0);
    expect(text.join('')).toMatch(/Between runs/);
    expect(text.join('')).toMatch(
      /tcp netperf loopback 1 KB virtual default +rate +100 +100 +1\.000 .*equivalent/,
    );
  });

  it('ends 1 on a regression', async () => {
    printed();
    expect(await compare([await measure(100), await measure(80)], context)).toBe(1);
  });

  it('fails when a run does not exist', async () => {
    await expect(compare([await measure(100)], context)).rejects.toMatchObject({ kind: 'usage' });
    await expect(compare(['nowhere', 'nowhere'], context)).rejects.toThrow(/"nowhere" is not a run folder/);
  });
});
