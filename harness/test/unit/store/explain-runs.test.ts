import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ExplainRow } from '../../../src/store/explain-rows.ts';
import { explainRuns } from '../../../src/store/explain-runs.ts';

const dirs: string[] = [];
afterEach(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true });
});

type Row = Pick<ExplainRow, 'symbol' | 'instructions'> & Partial<ExplainRow>;

/** The folder of a run that explains `splice` unless a row names another variant. */
async function run(rows: readonly Row[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-explained-'));
  dirs.push(dir);
  const lines = rows.map((row) => `${JSON.stringify({ variant: 'splice', ...row })}\n`);
  await writeFile(join(dir, 'explain.jsonl'), lines.join(''));
  return dir;
}

test('a variant has its instructions in both runs, and the symbols that differ, the largest difference first', async () => {
  const before = await run([
    { symbol: 'tcp_sendmsg', instructions: 500 },
    { symbol: 'memcpy', instructions: 40, group: 'lib' },
    { symbol: 'memcpy', instructions: 60, group: 'arch/x86' },
    { symbol: 'gone', instructions: 1 },
  ]);
  const after = await run([
    { symbol: 'tcp_sendmsg', instructions: 500.5 },
    { symbol: 'memcpy', instructions: 130 },
    { symbol: 'came', instructions: 2 },
  ]);
  expect(await explainRuns(before, after)).toEqual([
    {
      variant: 'splice',
      before: 601,
      after: 632.5,
      symbols: [
        { symbol: 'memcpy', before: 100, after: 130 },
        { symbol: 'came', before: 0, after: 2 },
        { symbol: 'gone', before: 1, after: 0 },
      ],
    },
  ]);
});

test('kernels of a run are compared each with itself, and named', async () => {
  const rows = [
    { symbol: 'f', instructions: 10, kernel: 'default' },
    { symbol: 'f', instructions: 20, kernel: 'other' },
  ];
  const found = await explainRuns(await run(rows), await run(rows));
  expect(found).toEqual([
    { variant: 'splice', kernel: 'default', before: 10, after: 10, symbols: [] },
    { variant: 'splice', kernel: 'other', before: 20, after: 20, symbols: [] },
  ]);
});

test('runs that explain nothing in common are refused', async () => {
  const [one, other] = [
    await run([{ symbol: 'f', instructions: 1 }]),
    await run([{ symbol: 'f', instructions: 1, variant: 'tcp' }]),
  ];
  await expect(explainRuns(one, other)).rejects.toThrow('explain no variant of the same kernel and clock');
});
