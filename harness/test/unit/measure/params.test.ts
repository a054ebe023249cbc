import { expect, test } from 'vitest';
import { paramsKey } from '../../../src/measure/params.ts';
import { point } from './made.ts';

test('paramsKey ignores the order of the factors', () => {
  const [forth, back] = [point({ test: 'rr', hosts: 2 }), point({ hosts: 2, test: 'rr' })];
  expect(paramsKey(forth)).toBe(paramsKey(back));
  expect(paramsKey(forth)).toMatch(/:hosts=2:test=rr$/);
});
