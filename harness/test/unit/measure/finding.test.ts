import { expect, test } from 'vitest';
import { findingsOf } from '../../../src/measure/finding.ts';
import type { PublishedClaim } from '../../../src/measure/published.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import { claim, matrix, point, sample } from './made.ts';

const { cells } = summarise({
  experiment: { name: 'netperf', matrices: [matrix], baseline: 'tcp', ratios: [] },
  profile: 'quick',
  kernels: ['default'],
  claims: [],
  samples: [
    sample('tcp', 0, 10),
    sample('smc', 0, 20),
    sample('tcp', 0, 30, point(), 'instructions_per_txn'),
    sample('smc', 0, 40, point(), 'instructions_per_txn'),
  ],
  unavailable: [],
  warnings: [],
});

const valuesFor = (cell: PublishedClaim['cell']) => {
  const { ratio: _, ...rest } = claim();
  return findingsOf({ ...rest, cell }, cells, [], 'default').map(({ value }) => value);
};

test('a claim about cells has the findings of its metric, for its variant or for all', () => {
  expect(valuesFor({ metric: 'rate', variant: 'smc' })).toEqual([20]);
  expect(valuesFor({ metric: 'rate' }).toSorted((a, b) => a - b)).toEqual([10, 20]);
  expect(valuesFor({ metric: 'instructions_per_txn', variant: 'tcp' })).toEqual([30]);
});
