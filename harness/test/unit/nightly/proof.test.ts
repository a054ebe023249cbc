import { expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { experimentOptions } from '../../../src/cli/experiment-request.ts';
import netperf from '../../../src/experiment/netperf.ts';
import { planBoots } from '../../../src/measure/plan.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import { abCommand, filtersOf, kernelsOf, ratioOf } from '../../../src/nightly/ab.ts';
import { firstBadOf } from '../../../src/nightly/culprit.ts';
import { differingSymbols, isBeyond } from '../../../src/nightly/proof.ts';
import type { LostCell } from '../../../src/store/regressions.ts';
import { point, sample } from '../measure/made.ts';

const lost = (variant: string, size: number): LostCell => ({
  cell: `${variant} ${size}`,
  ...{ variant, params: point({ test: 'rr', size }), metric: 'rate' },
  ...{ before: 100, after: 95, change: -0.05 },
});

test('a loss is beyond its floor only with its whole interval, on the worse side', () => {
  expect(isBeyond({ lo: 0.949, hi: 0.951 }, 0.002, 'rate')).toBe(true);
  expect(isBeyond({ lo: 0.949, hi: 0.999 }, 0.002, 'rate')).toBe(false);
  expect(isBeyond({ lo: 1.05, hi: 1.06 }, 0.002, 'rate')).toBe(false);
  expect(isBeyond({ lo: 1.05, hi: 1.06 }, 0.002, 'instructions_per_txn')).toBe(true);
  expect(isBeyond({ lo: 1.001, hi: 1.06 }, 0.002, 'instructions_per_txn')).toBe(false);
});

test('the command of a proof measures the lost cells on the kernels of both commits', () => {
  const cells = [lost('splice', 1024), lost('tcp', 1)];
  const line = abCommand({ experiment: netperf, good: 'aaa', bad: 'bbb', cells, seed: 7 });
  const words = line.replace('npm run experiment ', '').replace(' --', '').split(' ');
  const asked = experimentOptions(parseArguments('experiment', words), '/', { netperf });
  expect(asked.kernels).toEqual(kernelsOf('aaa', 'bbb'));
  expect(asked.request).toMatchObject({ clock: 'virtual', seed: 7, only: filtersOf(cells) });
  const boots = planBoots({ ...asked.request, matrices: netperf.matrices });
  expect(new Set(boots.map(({ kernel }) => kernel))).toEqual(new Set(['good', 'bad']));
  const measured = boots.flatMap(({ steps }) =>
    steps.map(({ variant, params }) => `${variant} ${params.size}`),
  );
  expect(new Set(measured)).toEqual(new Set(['splice 1024', 'splice 1', 'tcp 1024', 'tcp 1']));
});

test("ratioOf finds the bad kernel over the good one in a run's summary", () => {
  const on = (kernel: string, value: number) =>
    sample('splice', 0, value, point({ test: 'rr', size: 1024, kernel }));
  const { ratios } = summarise({
    experiment: netperf,
    profile: 'quick',
    kernels: ['good', 'bad'],
    claims: [],
    samples: [on('good', 100), on('bad', 90)],
    unavailable: [],
    warnings: [],
  });
  expect(ratioOf(ratios, lost('splice', 1024))?.value).toBeCloseTo(0.9);
  expect(ratioOf(ratios, lost('splice', 1))).toBeUndefined();
});

test("differingSymbols lists a variant's kernel functions by what they cost more or less", () => {
  const row = (kernel: string, symbol: string, instructions: number, variant = 'splice') => ({
    ...{ variant, kernel, symbol, instructions },
    clock: 'virtual' as const,
  });
  const rows = [
    row('good', 'copy', 500),
    row('bad', 'copy', 480),
    row('bad', 'check', 120),
    row('good', 'same', 70),
    row('bad', 'same', 70.4),
    row('bad', 'check', 900, 'tcp'),
  ];
  expect(differingSymbols(rows, 'splice')).toEqual([
    { symbol: 'check', good: 0, bad: 120 },
    { symbol: 'copy', good: 500, bad: 480 },
  ]);
});

test('firstBadOf finds the first bad commit of any range, in as few steps as a bisection', async () => {
  for (let count = 1; count <= 20; count++)
    for (let first = 0; first < count; first++) {
      let asked = 0;
      const isBad = async (item: number) => {
        asked += 1;
        return item >= first;
      };
      const items = Array.from({ length: count }, (_, place) => place);
      expect(await firstBadOf(items, isBad)).toBe(first);
      expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
    }
  expect(await firstBadOf([], async () => true)).toBeUndefined();
});
