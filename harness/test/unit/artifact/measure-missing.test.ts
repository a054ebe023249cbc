import { expect, test } from 'vitest';
import { isWhole, optionsFor } from '../../../src/artifact/measure-missing.ts';
import netperf from '../../../src/experiment/netperf.ts';
import { experimentNamed } from '../../../src/nightly/experiment-named.ts';
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

test.each(['stream', 'redis', 'apps', 'cas'])('%s is measured without an explanation', async (name) => {
  const { explain, command } = optionsFor(await experimentNamed(name), 'smoke');
  expect(explain).toBe(false);
  expect(command).toBe(`npm run experiment ${name} -- --profile smoke --seed 1`);
});

test.each(['netperf', 'fio', 'metadata'])('%s is explained', async (name) => {
  const { explain, command } = optionsFor(await experimentNamed(name), 'smoke');
  expect(explain).toBe(true);
  expect(command).toBe(`npm run experiment ${name} -- --profile smoke --seed 1 --explain`);
});
