import type { TwinKind } from '../experiment/boot-plan.ts';
import { originalOf, twinKindOf } from './control-cells.ts';
import type { Ratio } from './summary.ts';

/** A comparison of a variant with its twin, which tests the statistics and not the system. */
export interface Control {
  kind: TwinKind;
  ratio: Ratio;
  /** Whether the result is right: an identical copy is equivalent, a slowed one is slower. */
  isFound: boolean;
  /** The farthest distance of the interval from 1. For an identical copy, this is the noise floor of its cell. */
  reach: number;
}

/** The controls of a run whose profile decides something. */
export function controlsOf(ratios: readonly Ratio[]): Control[] {
  return ratios.flatMap((ratio) => {
    const kind = twinKindOf(ratio.numerator);
    const isTwin = kind !== null && ratio.denominator === originalOf(ratio.numerator);
    if (!isTwin || ratio.comparison === undefined || ratio.basis !== undefined) return [];
    const isFound = ratio.comparison === (kind === 'again' ? 'equivalent' : 'slower');
    return [{ kind, ratio, isFound, reach: Math.max(ratio.hi - 1, 1 - ratio.lo) }];
  });
}

export function controlWarnings(controls: readonly Control[]): string[] {
  return controls
    .filter(({ isFound }) => !isFound)
    .map(({ kind, ratio: { id, comparison, lo, hi } }) => {
      const wanted = kind === 'again' ? 'A/A should be equivalent' : 'the slowed variant should be slower';
      return `${id}: ${wanted}, and is ${comparison} (${lo.toPrecision(4)} to ${hi.toPrecision(4)})`;
    });
}
