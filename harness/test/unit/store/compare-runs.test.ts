import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { compare } from '../../../src/cli/compare.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import { createRun } from '../../../src/run/open.ts';
import { commitLines, compareRuns } from '../../../src/store/compare-runs.ts';
import type { Testbed } from '../../../src/store/testbed.ts';
import { matrix, sample, wall } from '../measure/made.ts';
import { boot, scratch, start, testbed } from './made.ts';

const measure = async (
  rate: number,
  changes: Partial<Testbed> = {},
  experiment = 'netperf',
  wallRate: number | null = rate,
) => {
  await using run = await createRun(
    start({ experiment, testbed: { ...testbed, ...changes } }),
    await scratch(),
  );
  const pair = [0, 1].flatMap((index) => [
    sample('tcp', index, rate),
    ...(wallRate === null ? [] : [sample('tcp', index, wallRate, wall())]),
  ]);
  await run.recorder(boot).samples(pair);
  const { failures: _none, ...found } = await run.findings();
  const about = { name: experiment, matrices: [matrix], baseline: 'tcp' as const, ratios: [] };
  const rest = { profile: 'quick' as const, kernels: ['default'], claims: [] };
  await run.save(summarise({ experiment: about, ...rest, ...found }));
  return run.dir;
};

const explainAs = (dir: string, costs: Record<string, number>, clock = 'virtual') => {
  const rows = Object.entries(costs).map(([symbol, instructions]) => ({
    ...{ variant: 'tcp', clock, symbol, instructions },
  }));
  return writeFile(`${dir}/explain.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
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
    const virtual = (changes: Partial<Testbed>) => measure(100, changes, 'netperf', null);
    expect((await compareRuns(await virtual({}), await virtual({ cpuModel: 'B' }))).leftOut).toEqual([]);
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

test('commitLines names the twenty newest commits, and counts the others', () => {
  const subjects = Array.from({ length: 23 }, (_, age) => `change ${age}`);
  const lines = commitLines('B', subjects, '0123456789abcdef');
  expect(lines).toHaveLength(21);
  expect(lines[19]).toBe('only B has the commit change 19');
  expect(lines[20]).toBe('and 3 older commits: git log 0123456789ab..');
  expect(commitLines('B', subjects.slice(0, 20), '0123456789abcdef')).toEqual(lines.slice(0, 20));
});

describe('npm run compare', () => {
  afterEach(() => vi.restoreAllMocks());

  const printed = () => {
    const text: string[] = [];
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => text.push(String(chunk)) > 0);
    return text;
  };

  it('folds equal cells into one line, and ends 0', async () => {
    const text = printed();
    expect(await compare([await measure(100), await measure(100)], context)).toBe(0);
    expect(text.join('')).toMatch(/^Of 2 cells, B against A: 2 equal\.\n/);
    expect(text.join('')).toMatch(/Between runs/);
    expect(text.join('')).toContain('2 cells equal, within 0.00 %');
    expect(text.join('')).not.toContain('tcp netperf loopback');
  });

  it('begins with a sentence and shows the cells that moved, the worst first', async () => {
    const text = printed();
    await compare([await measure(100, {}, 'netperf', 100), await measure(70, {}, 'netperf', 130)], context);
    expect(text.join('')).toMatch(
      /^Of 2 cells, B against A: 1 slower, 1 faster, 0 equal; first: tcp netperf loopback 1 KB virtual default, rate 0\.700×\.\n/,
    );
    const rows = text
      .join('')
      .split('\n')
      .filter((line) => line.startsWith('tcp netperf'));
    expect(rows.map((row) => row.trim().split(/ {2,}/).at(-1))).toEqual(['slower', 'faster']);
  });

  it('writes the same as a page with --html, with the equal cells', async () => {
    const text = printed();
    const dir = await scratch();
    await compare(
      [await measure(100, {}, 'netperf', 100), await measure(70, {}, 'netperf', 100), '--html', dir],
      context,
    );
    expect(text.at(-1)).toBe(`${dir}/compare.html\n`);
    const page = await readFile(`${dir}/compare.html`, 'utf8');
    expect(page).toContain('Of 2 cells, B against A: 1 slower, 1 equal; first: tcp');
    expect(page).toMatch(
      /id="moved".*verdict not-reproduced"[^>]*>slower.*id="equal".*<summary>1 cell<\/summary>/s,
    );
  });

  it('shows with --explain which symbols differ, the largest difference first, also on the page', async () => {
    const text = printed();
    const [a, b] = [await measure(100), await measure(100)];
    await explainAs(a, { splice_send: 1000, copy: 500, '<odd>': 10, gone: 300 });
    await explainAs(b, { splice_send: 1120, copy: 500.4, '<odd>': 12.5 });
    expect(await compare([a, b, '--explain', '--html', a], context)).toBe(0);
    const rows = text
      .join('')
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/));
    expect(rows.slice(rows.findIndex(([first]) => first?.startsWith('tcp: 1.81k in A, 1.63k in B')))).toEqual(
      [
        ['tcp: 1.81k in A, 1.63k in B, -177'],
        ['symbol', 'A', 'B', 'B-A'],
        ['gone', '300', '·', '-300'],
        ['splice_send', '1.00k', '1.12k', '+120'],
        ['<odd>', '10.0', '12.5', '+2.50'],
        [`${a}/compare.html`],
        [''],
      ],
    );
    const page = await readFile(`${a}/compare.html`, 'utf8');
    expect(page).toMatch(/id="explain".*tcp: 1\.81k in A.*<code>gone<\/code>.*&lt;odd&gt;/s);
  });

  it('refuses --explain for a run that explains nothing, and says how to measure it', async () => {
    printed();
    const [a, b] = [await measure(100), await measure(100)];
    await explainAs(a, { copy: 500 });
    await expect(compare([a, b, '--explain'], context)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/ was measured without --explain$/),
      next: expect.stringContaining('npm run experiment netperf -- --explain'),
    });
    await explainAs(b, { copy: 500 }, 'wall');
    await expect(compare([a, b, '--explain'], context)).rejects.toThrow(/explain no variant of the same/);
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
