import { expect, test } from 'vitest';
import { defineExperiment } from '../../../src/experiment/define.ts';
import { matrix } from '../../../src/experiment/matrix.ts';
import cas from '../../../src/workload/cas.ts';
import netperf from '../../../src/workload/netperf.ts';

const rr = { variants: ['tcp', 'splice'], size: [1, 64], factors: { test: ['rr'] } } as const;

test('a block is on loopback, on both clocks, in every profile and headlined at every size by default', () => {
  expect(matrix(netperf, rr)).toEqual({
    workload: 'netperf',
    variants: ['tcp', 'splice'],
    topology: ['loopback'],
    size: [1, 64],
    clock: ['virtual', 'wall'],
    idle: ['poll', 'default'],
    headlineSizes: [1, 64],
    from: 'smoke',
    factors: { test: ['rr'] },
  });
});

test('what a block says outdoes the defaults, and a workload says which factors a boot fixes', () => {
  const factors = { hosts: [2], fabric: ['none'], words: [1], latency: ['none'] } as const;
  const block = matrix(cas, {
    variants: ['cas'],
    size: [8],
    clock: ['wall'],
    topology: ['processes'],
    factors,
  });
  expect(block).toMatchObject({ clock: ['wall'], topology: ['processes'], bootFactors: ['hosts', 'fabric'] });
});

test('a factor that the workload does not declare is an error', () => {
  // @ts-expect-error: no test is called so.
  expect(() => matrix(netperf, { ...rr, factors: { test: ['steam'] } })).toThrow(
    /netperf has no such factors.*steam.*"rr"\|"crr"\|"stream"/s,
  );
  // @ts-expect-error: netperf has no such factor.
  expect(() => matrix(netperf, { ...rr, factors: { test: ['rr'], clients: [1] } })).toThrow(/clients/);
  // @ts-expect-error: a test has to be chosen.
  expect(() => matrix(netperf, { ...rr, factors: {} })).toThrow(/netperf has no such factors/);
});

test('every value is looked at, not the first alone', () => {
  const factors = { test: ['rr'], budget_us: [0, 5, -1] } as const;
  expect(() => matrix(netperf, { ...rr, factors })).toThrow(/budget_us/);
});

test('a variant that the workload cannot drive is an error', () => {
  // @ts-expect-error: netperf opens TCP sockets.
  expect(() => matrix(netperf, { ...rr, variants: ['unix'] })).toThrow(
    /netperf cannot run over unix; it runs over tcp/,
  );
});

const described = { name: 'x', title: 'X', about: 'X.', minutes: { smoke: 1, quick: 1, paper: 1 } };

test('the first variant is the baseline of an experiment that names none', () => {
  const experiment = defineExperiment({ ...described, matrices: [matrix(netperf, rr)] });
  expect(experiment).toMatchObject({ baseline: 'tcp', ratios: [], plots: [] });
});

test('a baseline that is not measured is an error', () => {
  const given = { ...described, matrices: [matrix(netperf, rr)], baseline: 'smc' };
  expect(() => defineExperiment(given)).toThrow('x measures no "smc", which is its baseline');
});
