import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { claimsTable, pack } from '../../../src/artifact/artifact.ts';
import { scratch } from '../store/made.ts';

const claim = {
  id: 'smc-rr',
  statement: 'SMC-D is about 1.6 | times tcp',
  kind: 'about',
  clock: 'virtual',
  published: 1.6,
} as const;

test('a measured claim shows its interval, another one its reason, and no cell breaks the table', () => {
  const measured = { value: 1.8123, lo: 1.8, hi: 1.82 };
  const table = claimsTable([
    { ...claim, measured, verdict: 'not reproduced', why: '13 % above' },
    { ...claim, measured: null, verdict: 'not measured', why: 'no such cell' },
  ]);
  const [head, , first, second] = table.trimEnd().split('\n');
  expect(head).toBe('| claim | published | clock | measured | verdict | why |');
  expect(first).toBe(
    '| smc-rr | SMC-D is about 1.6 \\| times tcp | virtual | 1.81 [1.80, 1.82] | not reproduced | 13 % above |',
  );
  expect(second).toContain('|  | not measured | no such cell |');
});

test('the archive has only the table at its top and the runs', async () => {
  const results = await scratch();
  await mkdir(join(results, 'runs', 'one'), { recursive: true });
  await writeFile(join(results, 'runs', 'one', 'manifest.json'), '{}');
  const file = await pack(['one'], '| claim |\n', results);
  const { stdout } = await execa('tar', ['--zstd', '-tf', file], { lines: true });
  expect(stdout).toEqual(['CLAIMS.md', 'one/', 'one/manifest.json']);
  expect((await readdir(join(results, 'runs'))).sort()).toEqual([basename(file), 'one']);
});
