import { expect, test } from 'vitest';
import { covers } from '../../../src/measure/matrix.ts';
import { matrix, point } from './made.ts';

const block = { ...matrix, factors: { test: ['rr', 'stream'], hosts: [1, 2] } };

test('covers holds for any value of each factor', () => {
  for (const test of ['rr', 'stream']) {
    for (const hosts of [1, 2]) expect(covers(block, point({ test, hosts }))).toBe(true);
  }
});

test('covers fails when one factor has another value', () => {
  expect(covers(block, point({ test: 'crr', hosts: 1 }))).toBe(false);
  expect(covers(block, point({ test: 'rr', hosts: 3 }))).toBe(false);
  expect(covers(block, point({ test: 'rr' }))).toBe(false);
});
