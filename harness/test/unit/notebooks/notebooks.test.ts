import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { executed } from '../../../src/artifact/notebooks/execute.ts';
import { notebookPaths, readNotebook } from '../../../src/artifact/notebooks/notebook-file.ts';
import { typeErrors } from '../../../src/artifact/notebooks/type-check.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';

// A kernel starts in two seconds, and in ten on a machine that builds a kernel beside.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const notebooks = await notebookPaths();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(checkoutRoot(), '.notebooks-test-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function plant(source: string): Promise<string> {
  const path = join(dir, 'planted.ipynb');
  const cell = {
    cell_type: 'code',
    execution_count: null,
    id: 'only',
    metadata: {},
    outputs: [],
    source: [source],
  };
  const metadata = { kernelspec: { display_name: 'Deno', language: 'typescript', name: 'deno' } };
  await writeFile(path, JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 }));
  return path;
}

/** Says where two notebooks part. A picture is a line of 100,000 characters, so a diff of the lines would not. */
function parting(shown: string, committed: string): string {
  const [a, b] = [shown.split('\n'), committed.split('\n')];
  const line = a.findIndex((text, index) => text !== b[index]);
  const [left = '', right = ''] = [a[line], b[line]];
  const column = [...left].findIndex((character, index) => character !== right[index]);
  const around = (text: string) => text.slice(Math.max(0, column - 30), column + 50);
  return `line ${line + 1} of ${b.length}, column ${column}: ${around(left)} is not ${around(right)}`;
}

test.each([...notebooks])('%s shows what is committed when it is executed', async (_name, path) => {
  const [shown, committed] = [await executed(path), readFileSync(path, 'utf8')];
  expect(shown === committed, parting(shown, committed)).toBe(true);
});

test.each([...notebooks])(
  '%s has a question, one figure, one table, and fixed ids, under 1 MB',
  async (name, path) => {
    const { cells } = await readNotebook(path);
    expect(statSync(path).size).toBeLessThan(2 ** 20);
    expect(cells[0]?.source[0]).toMatch(/^# .*\?\n?$/);
    expect(cells.at(-1)?.source.join('')).toContain('**Change this line to ask yours:**');
    expect(cells.map(({ id }) => id)).toEqual(cells.map((_, index) => `${name}-${index + 1}`));
    const shown = cells.flatMap(({ outputs = [] }) =>
      outputs.map(({ data = {} }) => Object.keys(data).sort()),
    );
    expect(shown).toEqual([['image/png', 'text/plain'], ['text/plain']]);
  },
);

test('the cells of all notebooks have the types that the harness gives them', async () => {
  expect(await typeErrors(notebooks)).toEqual([]);
});

test('a type error in a cell is found', async () => {
  const path = await plant("import { openRun } from '../harness/src/notebook.ts';\nawait openRun(5);");
  const [error, ...others] = await typeErrors(new Map([['planted', path]]));
  expect(error).toMatch(/planted\.ts\(2,15\): error TS2345/);
  expect(others).toEqual([]);
});

test('a cell that throws fails, and the message has its error', async () => {
  await expect(executed(await plant("throw new Error('planted');"))).rejects.toMatchObject({
    kind: 'cell',
    message: expect.stringContaining('planted'),
  });
});

test('an endless cell fails at the limit of a cell', async () => {
  const path = await plant('await new Promise((done) => setTimeout(done, 3_600_000));');
  await expect(executed(path, { cellSeconds: 2, notebookSeconds: 120 })).rejects.toMatchObject({
    kind: 'cell',
    message: expect.stringMatching(/timed out|Timeout/),
  });
});

test('an endless notebook fails at the limit of all, and leaves no kernel', async () => {
  const path = await plant("for (;;) {}\n// zerohop's endless cell");
  await expect(executed(path, { cellSeconds: 600, notebookSeconds: 6 })).rejects.toMatchObject({
    kind: 'cell',
    message: expect.stringContaining('more than 6 s'),
  });
  const kernel = join(checkoutRoot(), 'notebooks/node_modules');
  await vi.waitFor(
    async () => expect((await execa('ps', ['-eo', 'args'])).stdout).not.toContain(kernel),
    5000,
  );
});
