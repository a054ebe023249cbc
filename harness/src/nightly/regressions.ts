import type { Matrix } from '../experiment/experiment.ts';
import { twinKindOf } from '../measure/control-cells.ts';
import { serialisedMark } from '../measure/serialised.ts';
import { type Accepted, sinceAccepted } from '../store/accepted.ts';
import type { Series } from '../store/history.ts';
import { type Suspect, suspects } from './suspects.ts';

/** Losses on the virtual clock that were not accepted. Twins are left out: they show noise, not a commit. */
export function regressions(
  history: readonly Series[],
  floors: ReadonlyMap<string, number>,
  accepted: readonly Accepted[],
  matrices: readonly Matrix[],
): Suspect[] {
  const found = suspects(sinceAccepted(history, accepted), floors);
  return found.filter(({ firstAfter: { variant, params } }) => {
    const decides = serialisedMark(matrices, variant, params).basis === undefined;
    return decides && twinKindOf(variant) === null;
  });
}
