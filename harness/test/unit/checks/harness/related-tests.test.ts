import { expect, test } from 'vitest';
import { relatedTests } from '../../../../src/checks/harness/related-tests.ts';

const module = 'harness/src/measure/group.ts';
const imports = new Map([
  [module, []],
  ['harness/src/measure/cells.ts', [module]],
  ['harness/src/measure/random.ts', []],
  ['harness/test/unit/measure/cells.test.ts', ['harness/src/measure/cells.ts']],
  ['harness/test/unit/measure/random.test.ts', ['harness/src/measure/random.ts']],
  ['harness/test/unit/report/direct.test.ts', [module]],
  ['harness/test/unit/report/far.test.ts', ['harness/src/measure/cells.ts']],
  ['harness/test/guest/slow.test.ts', [module]],
]);

test('relatedTests has unit tests of the domain that reach the module, and any that import it', () => {
  expect(relatedTests(module, imports)).toEqual([
    'harness/test/unit/measure/cells.test.ts',
    'harness/test/unit/report/direct.test.ts',
  ]);
});
