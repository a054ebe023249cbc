import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allowedOutcomes, litmusTests, mustBeSeen } from '../../../../src/checks/fabric/memory-model.ts';
import { checkoutRoot } from '../../../../src/host/cache.ts';

it('judges exactly the tests that the guest program has', () => {
  const source = readFileSync(join(checkoutRoot(), 'harness/guest/litmus/tests.c'), 'utf8');
  const [, table = ''] = source.split('static const struct test tests[] = {');
  const names = [...table.matchAll(/\{ "([^"]+)"/g)].map(([, name]) => name);
  expect(names).toEqual([...litmusTests]);
});

it.each([
  ['shm', 'mp', 2, '-,2'],
  ['shm', 'sb-fence', 2, '0,0'],
  ['tcp', 'sb', 2, '0,0'],
  ['shm', 'lb', 2, '1,1'],
  ['shm', 'iriw', 4, '-,-,2,2'],
  ['shm', 'torn', 2, '-,t'],
  ['tcp', 'torn16', 2, '-,t'],
  ['shm', 'sb-cpuid', 2, '0,0'],
  ['shm', 'wrc', 3, '-,1,2'],
  ['shm', '2+2w', 2, '1,1'],
  ['shm', 'counter', 3, '0,1,x'],
  ['shm', 'counter', 2, 'r,r'],
  ['tcp', 'unaligned', 2, '0,r'],
  ['tcp', 'cas16', 2, '0,t'],
] as const)('on %s, %s of %i parties never ends with %s', (kind, test, parties, outcome) => {
  expect(allowedOutcomes(kind, test, parties)).not.toContain(outcome);
});

it.each([
  ['shm', 'sb', 2, '0,0'],
  ['tcp', 'sb', 2, '1,1'],
  ['shm', 'mp', 2, '-,1'],
  ['shm', 'iriw', 4, '-,-,2,3'],
  ['shm', 'counter', 3, '0,1,2'],
  ['shm', 'unaligned', 2, 'r,r'],
] as const)('on %s, %s of %i parties may end with %s', (kind, test, parties, outcome) => {
  expect(allowedOutcomes(kind, test, parties)).toContain(outcome);
});

it('what must be seen may be seen', () => {
  for (const kind of ['shm', 'tcp'] as const)
    for (const test of litmusTests) {
      const wanted = mustBeSeen(kind, test);
      if (wanted !== undefined) expect(allowedOutcomes(kind, test, 2)).toContain(wanted);
    }
});
