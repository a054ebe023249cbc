import type { Matrix } from '../experiment/experiment.ts';
import { clocks } from '../host/clock.ts';
import type { Params } from '../workload/sample.ts';
import { variantOf } from '../workload/variant/variants.ts';
import { originalOf } from './control-cells.ts';
import { covers } from './matrix.ts';

export type Serialised = { basis?: 'serialised' };

/** Whether a cell's clock can judge it. Both its variant and its block must allow the clock. */
export function serialisedMark(matrices: readonly Matrix[], variant: string, params: Params): Serialised {
  const byBlock = matrices.find((matrix) => covers(matrix, params))?.judgedOn ?? clocks;
  const byVariant = variantOf(originalOf(variant)).judgedOn;
  const isJudged = byBlock.includes(params.clock) && byVariant.includes(params.clock);
  return isJudged ? {} : { basis: 'serialised' };
}
