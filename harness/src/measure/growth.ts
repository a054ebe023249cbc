import type { BootPlan } from '../experiment/boot-plan.ts';
import { relativeHalfWidth } from './interval.ts';
import { matches } from './params.ts';
import { growBoots } from './plan.ts';
import type { PlanRequest } from './plan-request.ts';
import type { PublishedClaim } from './published.ts';
import type { Ratio } from './summary.ts';

/** The relative half-width of an interval at which a run stops growing. It does not affect verdicts. */
export const preciseHalfWidth = 0.025;

export function isPrecise(interval: { lo: number; hi: number }): boolean {
  return relativeHalfWidth(interval) <= preciseHalfWidth;
}

/** The boots to add to a run that has had `index` boots of each environment; empty once it is precise. */
export function nextBoots(
  request: PlanRequest,
  ratios: readonly Ratio[],
  claims: readonly PublishedClaim[],
  index: number,
): BootPlan[] {
  const deciding = decidingRatio(ratios, claims);
  return deciding === undefined || isPrecise(deciding) ? [] : growBoots(request, index);
}

/** The first ratio that a claim names, on the clock that needs more boots; without such a claim, the run's first. */
export function decidingRatio(
  ratios: readonly Ratio[],
  claims: readonly PublishedClaim[],
): Ratio | undefined {
  const wall = ratios.filter(({ params }) => params.clock === 'wall');
  const named = claims.flatMap((claim) => wall.filter((ratio) => isNamedBy(claim, ratio)));
  return named[0] ?? wall[0];
}

/** Whether a claim is about this ratio, on any clock. */
export function isNamedBy({ ratio: wanted, where }: PublishedClaim, ratio: Ratio): boolean {
  const { clock: _clock, idle: _idle, ...place } = where;
  return (
    wanted !== undefined &&
    wanted.numerator === ratio.numerator &&
    wanted.denominator === ratio.denominator &&
    wanted.metric === ratio.metric &&
    matches(ratio.params, place)
  );
}
