import { expect, test } from 'vitest';
import { isWhole } from '../../../src/artifact/measure-missing.ts';
import netperf from '../../../src/experiment/netperf.ts';
import type { RunRequest } from '../../../src/store/manifest.ts';

const whole: RunRequest = { profile: 'quick', only: [], kernels: ['default'], seed: 1 };

test('a run of all cells, clocks, boots and kernels of its profile is whole', () => {
  expect(isWhole(whole, netperf)).toBe(true);
});

test.each<[string, Partial<RunRequest>]>([
  ['cells', { only: [{ factor: 'size', values: ['1'] }] }],
  ['clocks', { clock: 'virtual' }],
  ['boots', { boots: { from: 0, to: 1 } }],
  ['kernels', { kernels: ['other'] }],
])('a run of other %s is not', (_, changes) => {
  expect(isWhole({ ...whole, ...changes }, netperf)).toBe(false);
});
