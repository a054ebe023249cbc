import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import type { Matrix } from '../experiment/experiment.ts';
import { type Clock, clocks } from '../host/clock.ts';
import { type PlannedCell, withTwins } from './control-cells.ts';
import { groupBy } from './group.ts';
import type { MatrixCell } from './matrix.ts';
import type { PlanRequest } from './plan-request.ts';
import { profileRules } from './profile.ts';
import { deriveSeed, random, shuffled } from './random.ts';
import { selectCells } from './select.ts';

/** The first boots of a run, in order: virtual first, kernels and idle settings interleaved. */
export function planBoots(request: PlanRequest): BootPlan[] {
  const cells = withTwins(selectCells(request), request.twins ?? []);
  return clocks.flatMap((clock) => {
    const { from, to } = request.boots ?? { from: 0, to: profileRules[request.profile][clock].boots };
    const indices = Array.from({ length: to - from }, (_, place) => from + place);
    return indices.flatMap((index) => bootsAt(request, cells, clock, index));
  });
}

/** One more boot of each environment that may still grow, after `index` boots. */
export function growBoots(request: PlanRequest, index: number): BootPlan[] {
  if (request.boots !== undefined) return [];
  const cells = withTwins(selectCells(request), request.twins ?? []);
  const growing = clocks.filter((clock) => index < profileRules[request.profile][clock].mostBoots);
  return growing.flatMap((clock) => bootsAt(request, cells, clock, index));
}

function bootsAt(
  request: PlanRequest,
  cells: readonly PlannedCell[],
  clock: Clock,
  index: number,
): BootPlan[] {
  const timed = cells.filter(({ params }) => params.clock === clock);
  const environments = [...groupBy(timed, environmentOf).values()];
  const next = random(deriveSeed(request.seed, `boots ${clock} ${index}`));
  return shuffled(environments, next).map((environment) => planBoot(request, environment, index));
}

/** The environment of a cell: cells with an equal one share a boot. */
function environmentOf({ matrix, params }: MatrixCell): string {
  return JSON.stringify([params.clock, params.idle, params.kernel, bootFactors(matrix, params)]);
}

function bootFactors(matrix: Matrix, params: MatrixCell['params']): Record<string, string | number> {
  return Object.fromEntries((matrix.bootFactors ?? []).map((name) => [name, params[name] ?? '']));
}

function planBoot(request: PlanRequest, cells: readonly PlannedCell[], index: number): BootPlan {
  const [{ matrix, params }] = cells as [PlannedCell];
  const { clock, idle, kernel } = params;
  const factors = bootFactors(matrix, params);
  const words = [clock, ...(idle === null ? [] : [idle]), ...Object.values(factors).map(String)];
  const named = request.kernels.length > 1 ? [...words, kernel] : words;
  // The kernel is not part of the seed, so that boots that are compared across kernels differ only in the kernel.
  const seed = deriveSeed(request.seed, `boot ${words.join(' ')} ${index}`);
  return {
    name: [...named, index].join('-').replaceAll(/[^\w.-]/g, '_'),
    index,
    seed,
    clock,
    idle,
    kernel,
    factors,
    steps: orderSteps(cells, profileRules[request.profile][clock].samples, seed),
  };
}

/** Rounds of one sample for each cell, each in a random order. A variant is warmed up before its first sample. */
function orderSteps(cells: readonly PlannedCell[], samples: number, seed: number): Step[] {
  const next = random(deriveSeed(seed, 'order'));
  const rounds = Array.from({ length: samples }, () => shuffled(cells, next)).flat();
  const warm = new Set<string>();
  const steps = rounds.flatMap((cell) => {
    const isCold = !warm.has(cell.variant);
    warm.add(cell.variant);
    return isCold ? [stepOf(cell, true), stepOf(cell, false)] : [stepOf(cell, false)];
  });
  return steps.map((step, order) => ({ ...step, order }));
}

function stepOf({ variant, params, runs, twin }: PlannedCell, warmup: boolean) {
  return { variant, runs, twin, params, warmup };
}
