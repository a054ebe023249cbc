import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { report } from '../../../src/cli/report.ts';
import { checkoutRoot, hashFile } from '../../../src/host/cache.ts';
import { createRun } from '../../../src/run/open.ts';
import { explainRows } from '../../fixtures/summary/explain.ts';
import { quickSummary } from '../../fixtures/summary/quick.ts';
import { scratch, start } from '../store/made.ts';

// Drawing takes a second, and many on a machine that builds a kernel beside.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

afterEach(() => vi.restoreAllMocks());

/** A finished run, as an experiment leaves it, without its report. */
const finished = async (): Promise<string> => {
  await using run = await createRun(start(), await scratch());
  const { cells, ...summary } = quickSummary();
  await run.save({ ...summary, cells: cells.filter(({ params }) => params.size === 1024) });
  return run.dir;
};

const filesIn = async (dir: string): Promise<Record<string, string>> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashed = await Promise.all(paths.map(async (path) => [relative(dir, path), await hashFile(path)]));
  return Object.fromEntries(hashed);
};

const call = async (...argv: string[]) => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const cwd = dirname(argv[0] ?? '.');
  const status = await report(argv, { cwd, signal: new AbortController().signal });
  return { status, stdout: write.mock.calls.map(([text]) => text).join('') };
};

test('report draws a run again and prints its path', async () => {
  const dir = await finished();
  const { status, stdout } = await call(dir);
  expect(status).toBe(0);
  expect(stdout).toBe(`${join(dir, 'report.html')}\n`);
  expect(await readFile(join(dir, 'report.html'), 'utf8')).toContain(basename(dir));
  for (const file of ['plots/ladder.svg', 'plots/rr-by-size.png', 'tables/cells.csv']) {
    expect(existsSync(join(dir, file))).toBe(true);
  }
});

test('with --output, every file that the reference run has comes out with the same bytes', async () => {
  const reference = join(checkoutRoot(), 'results/reference/netperf');
  const before = await filesIn(reference);
  const output = await scratch();
  const { stdout } = await call(reference, '--output', output);
  expect(stdout).toBe(`${join(output, 'report.html')}\n`);
  expect(await filesIn(reference)).toEqual(before);
  const drawn = await filesIn(output);
  const kept = Object.entries(before).filter(([name]) => /^(plots|tables)\//.test(name));
  expect(kept.length).toBeGreaterThan(5);
  for (const [name, hash] of kept) expect({ name, hash: drawn[name] }).toEqual({ name, hash });
});

test('report includes explain.jsonl when the run has one', async () => {
  const dir = await finished();
  await writeFile(join(dir, 'explain.jsonl'), explainRows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await call(dir);
  expect(await readFile(join(dir, 'report.html'), 'utf8')).toContain('tcp_sendmsg_locked');
});

test('report says how to finish a run when it has no summary', async () => {
  const dir = await finished();
  await rm(join(dir, 'summary.json'));
  const line = `npm run experiment netperf -- --resume ${dir}`;
  await expect(call(dir)).rejects.toMatchObject({ kind: 'infra', next: expect.stringContaining(line) });
});

test.each([[[]], [['a', 'b']], [['no-such-run']]])('%j is a usage failure', async (argv) => {
  await expect(call(...argv)).rejects.toMatchObject({ kind: 'usage' });
});
