import { expect, test } from 'vitest';
import type { Step } from '../../../src/experiment/boot-plan.ts';
import { explainable, lackOf, toExplain } from '../../../src/run/explain.ts';
import type { TestedKernel } from '../../../src/run/machine.ts';
import { point } from '../measure/made.ts';
import { boot } from '../store/made.ts';

const step = (variant: string, params: Partial<Step['params']>, changes: Partial<Step> = {}): Step => ({
  order: 0,
  variant,
  runs: variant,
  twin: null,
  warmup: false,
  params: { ...point(), test: 'rr', ...params },
  ...changes,
});

test('explainable takes each variant once, at the point nearest to 1 KB of netperf over loopback', () => {
  const wanted = { size: 1024, topology: 'loopback', workload: 'netperf' };
  const steps = [
    step('tcp', wanted, { warmup: true }),
    step('tcp', { ...wanted, size: 1 }),
    step('tcp', { ...wanted, topology: 'container' }),
    step('tcp', wanted),
    step('smc', wanted),
    step('tcp', { ...wanted, clock: 'wall' }),
    step('unix', { ...wanted, workload: 'pingpong' }),
    step('smc', { ...wanted, test: 'stream' }),
    step('tcp.again', wanted, { twin: 'again' }),
  ];
  expect(explainable(steps)).toEqual([steps[3], steps[4]]);
  expect(explainable(steps.slice(0, 2))).toEqual([steps[1]]);
  expect(explainable([])).toEqual([]);
});

test('explainable takes whole connections when there are no round trips, and never mixes them', () => {
  const crr = step('tcp', { test: 'crr' });
  expect(explainable([crr])).toEqual([crr]);
  const rr = step('tcp-declined', { test: 'rr' });
  expect(explainable([crr, rr])).toEqual([rr]);
});

test('explainable takes a write of 4 KB among operations on files, and never mixes its orders', () => {
  const wanted = { workload: 'files', test: 'write', size: 4096, order: 'random' };
  const steps = [
    step('daxfs', { ...wanted, size: 65536 }),
    step('daxfs', { ...wanted, order: 'sequential' }),
    step('daxfs', wanted),
    step('copy-limit', wanted),
    step('tmpfs', { ...wanted, workload: 'fio' }),
  ];
  expect(explainable(steps)).toEqual([steps[2], steps[3]]);
});

test('lackOf says what is missing when a kernel came without its vmlinux', () => {
  const tested = (vmlinux: string | undefined) => ({ name: 'a', kernel: { vmlinux } }) as TestedKernel;
  expect(lackOf(tested(undefined))).toContain('kernel a came without its vmlinux');
  expect(lackOf(tested('vmlinux'))).toBeUndefined();
});

test('toExplain throws before the run when it has only streams', () => {
  expect(() => toExplain([], [])).toThrow(/nothing to explain/);
});

test('toExplain takes a separate boot for each of several kernels', () => {
  const testedKernels = ['a', 'b'].map((name) => ({ name }) as TestedKernel);
  const boots = testedKernels.map(({ name }) => ({
    ...boot,
    kernel: name,
    steps: [step('tcp', { kernel: name })],
  }));
  expect(
    toExplain(testedKernels, boots).map(({ tested, plan, steps }) => [tested.name, plan, steps.length]),
  ).toEqual([
    ['a', boots[0], 1],
    ['b', boots[1], 1],
  ]);
});
