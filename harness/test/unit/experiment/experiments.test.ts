import { describe, expect, test } from 'vitest';
import type { Experiment } from '../../../src/experiment/experiment.ts';
import { experiments } from '../../../src/experiment/index.ts';
import { expand } from '../../../src/measure/matrix.ts';
import { matches } from '../../../src/measure/params.ts';
import { planBoots } from '../../../src/measure/plan.ts';
import { claimsOf } from '../../../src/measure/published.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import { readPingpong } from '../../../src/workload/pingpong.ts';
import type { Params } from '../../../src/workload/sample.ts';
import { workloadOf } from '../../../src/workload/workloads.ts';
import { sample } from '../measure/made.ts';

const cellsOf = ({ matrices }: Pick<Experiment, 'matrices'>) =>
  matrices.flatMap((matrix) => expand(matrix, ['default']));

const all = await experiments();

describe.each(Object.entries(all))('%s', (name, experiment) => {
  const cells = cellsOf(experiment);

  test('is listed under its own name', () => {
    expect(experiment.name).toBe(name);
  });

  test('asks each workload only for variants that it can drive', async () => {
    for (const { workload, variants } of experiment.matrices) {
      const driven = Object.keys((await workloadOf(workload)).variants);
      expect(driven, workload).toEqual(expect.arrayContaining([...variants]));
    }
  });

  test('has a smoke run, with its baseline in it', () => {
    const request = { matrices: experiment.matrices, only: [], kernels: ['default'], seed: 1 };
    const steps = planBoots({ ...request, profile: 'smoke' }).flatMap((boot) => boot.steps);
    expect(steps.map(({ variant }) => variant)).toContain(experiment.baseline);
  });

  test('draws what it measures', () => {
    for (const { id, where, variants, over } of experiment.plots) {
      const drawn = cells.filter(
        ({ variant, params }) => matches(params, where) && (variants?.includes(variant) ?? true),
      );
      expect(drawn.length, `plot ${id}`).toBeGreaterThan(0);
      if (over !== undefined)
        expect(new Set(drawn.map(({ params }) => params[over.factor])).size, `plot ${id}`).toBeGreaterThan(2);
    }
  });

  test('answers in a smoke run, with a plot of its own', () => {
    const { answer, plots, matrices, kernels } = experiment;
    if (answer === undefined) return;
    expect(plots.map(({ id }) => id)).toContain(answer.plot);
    const names = kernels.map((kernel) => kernel.name);
    const request = { matrices, only: [], kernels: names, seed: 1, profile: 'smoke' } as const;
    const steps = planBoots(request).flatMap((boot) => boot.steps);
    const isTold = answer.says.map(({ text, where }) => {
      const sides = /\{(.+)\}/.exec(text)?.[1]?.split('/') ?? [];
      expect(sides.length, text).toBeGreaterThan(0);
      const { variant, ...place } = { ...answer.where, ...where };
      const at = steps.filter(({ params }) => matches(params, place));
      const measured = at.map((step) => (variant === undefined ? step.variant : step.params.kernel));
      return sides.every((side) => measured.includes(side));
    });
    expect(isTold).toContain(true);
  });

  test('asks for ratios of variants that it has', () => {
    const variants = cells.map(({ variant }) => variant);
    for (const { numerator, denominator } of experiment.ratios)
      expect(variants).toEqual(expect.arrayContaining([numerator, denominator]));
  });
});

test('every claim is about cells that its experiments have, and what they measure there', async () => {
  for (const experiment of Object.values(all)) {
    const cells = cellsOf(experiment);
    for (const { id, where, clock, ratio, cell } of await claimsOf(experiment.name)) {
      const { kernel, variant, ...place } = where;
      const sides =
        kernel === undefined || variant === undefined ? [ratio?.numerator, ratio?.denominator] : [variant];
      const wanted = [...sides, cell?.variant].filter((side) => side !== undefined);
      const at = cells.filter(({ params }) => matches(params, { ...place, clock }));
      expect(
        at.map((one) => one.variant),
        id,
      ).toEqual(expect.arrayContaining(wanted));
      const metric = ratio?.metric ?? cell?.metric;
      for (const { variant, params } of at) {
        if (params.workload === 'pingpong') expect(pingpongMeasures(variant, params), id).toContain(metric);
      }
    }
  }
});

test('quick runs of all experiments, without further flags, decide every claim between them', async () => {
  const judged = (await Promise.all(Object.values(all).map(quickVerdicts))).flat();
  const ids = new Set(judged.map(({ id }) => id));
  const decided = judged.filter(({ verdict }) => verdict !== 'not measured').map(({ id }) => id);
  expect([...ids].filter((id) => !decided.includes(id))).toEqual([]);
});

/** The verdicts of a quick run in which every sample is 1. */
const quickVerdicts = async (experiment: Experiment) => {
  const claims = await claimsOf(experiment.name);
  const kernels = experiment.kernels.map(({ name }) => name);
  const request = { matrices: experiment.matrices, profile: 'quick', only: [], kernels, seed: 1 } as const;
  const asked = new Set(claims.flatMap(({ ratio, cell }) => ratio?.metric ?? cell?.metric ?? []));
  const samples = planBoots(request).flatMap(({ index, steps }) =>
    steps.flatMap(({ variant, params }) =>
      [...asked].map((metric) => sample(variant, index, 1, params, metric)),
    ),
  );
  return summarise({
    experiment,
    profile: 'quick',
    kernels,
    claims,
    samples,
    unavailable: [],
    warnings: [],
  }).claims;
};

const pingpongMeasures = (variantName: string, params: Params) => {
  const told = { transactions: 1e5, rate: 1e5, latency_us_p50: 10, latency_us_p99: 12 };
  return readPingpong({ params, variantName }, JSON.stringify(told)).values.map(({ metric }) => metric);
};
