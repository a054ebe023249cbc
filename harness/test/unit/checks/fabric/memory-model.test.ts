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
  ['total-store-order', 'mp', 2, '-,2'],
  ['total-store-order', 'sb-fence', 2, '0,0'],
  ['sequential', 'sb', 2, '0,0'],
  ['total-store-order', 'lb', 2, '1,1'],
  ['total-store-order', 'iriw', 4, '-,-,2,2'],
  ['total-store-order', 'torn', 2, '-,t'],
  ['sequential', 'torn16', 2, '-,t'],
  ['total-store-order', 'sb-cpuid', 2, '0,0'],
  ['total-store-order', 'wrc', 3, '-,1,2'],
  ['total-store-order', '2+2w', 2, '1,1'],
  ['total-store-order', 'counter', 3, '0,1,x'],
  ['total-store-order', 'counter', 2, 'r,r'],
  ['sequential', 'unaligned', 2, '0,r'],
  ['sequential', 'cas16', 2, '0,t'],
] as const)('under %s, %s of %i parties never ends with %s', (order, test, parties, outcome) => {
  expect(allowedOutcomes(order, test, parties)).not.toContain(outcome);
});

it.each([
  ['total-store-order', 'sb', 2, '0,0'],
  ['sequential', 'sb', 2, '1,1'],
  ['total-store-order', 'mp', 2, '-,1'],
  ['total-store-order', 'iriw', 4, '-,-,2,3'],
  ['total-store-order', 'counter', 3, '0,1,2'],
  ['total-store-order', 'unaligned', 2, 'r,r'],
] as const)('under %s, %s of %i parties may end with %s', (order, test, parties, outcome) => {
  expect(allowedOutcomes(order, test, parties)).toContain(outcome);
});

it('what must be seen may be seen', () => {
  for (const order of ['total-store-order', 'sequential'] as const)
    for (const test of litmusTests) {
      const wanted = mustBeSeen(order, test);
      if (wanted !== undefined) expect(allowedOutcomes(order, test, 2)).toContain(wanted);
    }
});
