import type { Matrix } from '../experiment/experiment.ts';
import { clocks } from '../host/clock.ts';
import { operations } from '../workload/operation.ts';
import type { Params } from '../workload/sample.ts';
import { variantOf } from '../workload/variant.ts';
import { covers } from './matrix.ts';
import { originalOf } from './twins.ts';

export type Basis = { basis?: 'serialised' };

/** Whether a cell's clock can judge it: its variant and the block that declares it both have a say. */
export function basisOf(matrices: readonly Matrix[], variant: string, params: Params): Basis {
  const byBlock = matrices.find((matrix) => covers(matrix, params))?.judgedOn ?? clocks;
  const byVariant = judgedOn(originalOf(variant));
  const isJudged = byBlock.includes(params.clock) && byVariant.includes(params.clock);
  return isJudged ? {} : { basis: 'serialised' };
}

const judgedOn = (original: string) =>
  Object.hasOwn(operations, original) ? clocks : variantOf(original).judgedOn;
