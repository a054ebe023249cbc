import { expect, test } from 'vitest';
import { byBoot } from '../../../src/measure/replicates.ts';
import { sample } from './made.ts';

test('byBoot has the geometric mean of a boot whose samples are all positive', () => {
  expect(byBoot([sample('tcp', 0, 1), sample('tcp', 0, 4)]).get(0)).toBeCloseTo(2, 10);
});

test('byBoot has the arithmetic mean of a boot with a sample of zero', () => {
  expect(byBoot([sample('tcp', 0, 0), sample('tcp', 0, 4)]).get(0)).toBe(2);
});
