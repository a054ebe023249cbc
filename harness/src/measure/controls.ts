import type { TwinKind } from '../experiment/boot-plan.ts';
import { originalOf, twinKindOf } from './control-cells.ts';
import type { Ratio } from './summary.ts';

/** A variant beside itself, which tests the statistics and not the system. */
export interface Control {
  kind: TwinKind;
  ratio: Ratio;
  /** The same again has to come out equivalent, one slowed on purpose slower. */
  isFound: boolean;
  /** How far from 1 the ratio may lie: of the same again, the noise floor of its cell. */
  reach: number;
}

/** Of a profile that decides something. */
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
