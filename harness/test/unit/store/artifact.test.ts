import { expect, test } from 'vitest';
import { claimsTable } from '../../../src/store/artifact.ts';

const claim = {
  id: 'smc-rr',
  statement: 'SMC-D is about 1.6 | times tcp',
  kind: 'about',
  clock: 'virtual',
  published: 1.6,
} as const;

test('a measured claim shows its interval, one that was not shows why, and no cell breaks the table', () => {
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
