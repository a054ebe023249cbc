import { expect, test } from 'vitest';
import { withoutCrumbs } from '../../../src/run/explain-steps.ts';

test('withoutCrumbs sums rows below 0.01 % in one row, and loses nothing', () => {
  const costs = [
    { symbol: 'tcp_ack', address: 1n, instructions: 999_850 },
    { symbol: 'ip_rcv', address: 2n, instructions: 100 },
    { symbol: 'a', address: 3n, instructions: 30 },
    { symbol: 'b', address: 4n, instructions: 20 },
  ];
  expect(withoutCrumbs(costs)).toEqual([
    ...costs.slice(0, 2),
    { symbol: 'other', address: 0n, instructions: 50 },
  ]);
  expect(withoutCrumbs(costs.slice(0, 1))).toEqual(costs.slice(0, 1));
});
