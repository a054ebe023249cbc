import type { Params } from '../workload/sample.ts';
import { matches } from './params.ts';
import type { PublishedClaim } from './published.ts';
import type { Cell, Ratio } from './summary.ts';

/** A run's figure for a claim at one point. */
export interface Finding {
  params: Params;
  value: number;
  lo: number;
  hi: number;
  /** The worst single sample, for a claim about cells. */
  worst: number;
  boots: number;
  samples: number;
  isSerialised: boolean;
}

/** The findings for a claim, on its clock and on the run's reference kernel. */
export function findingsOf(
  claim: PublishedClaim,
  cells: readonly Cell[],
  ratios: readonly Ratio[],
  kernel: string,
): Finding[] {
  const where = { kernel, ...claim.where, clock: claim.clock };
  const found = claim.ratio === undefined ? ofCells(claim, cells) : ofRatios(claim, ratios);
  return found.filter(({ params }) => matches(params, where));
}

function ofRatios({ ratio }: PublishedClaim, ratios: readonly Ratio[]): Finding[] {
  return ratios
    .filter(
      ({ numerator, denominator, metric }) =>
        numerator === ratio?.numerator && denominator === ratio.denominator && metric === ratio.metric,
    )
    .map((found) => ({
      ...found,
      worst: found.lo,
      boots: found.boots ?? 1,
      samples: 0,
      isSerialised: found.basis !== undefined,
    }));
}

function ofCells({ cell: wanted }: PublishedClaim, cells: readonly Cell[]): Finding[] {
  return cells
    .filter(
      ({ variant, metric }) =>
        metric === wanted?.metric && (wanted.variant === undefined || wanted.variant === variant),
    )
    .map((found) => ({
      ...found,
      value: found.mean,
      worst: found.better === 'lower' ? found.max : found.min,
      isSerialised: found.basis !== undefined,
    }));
}
