import { matches } from '../../measure/params.ts';
import type { PublishedClaim } from '../../measure/published.ts';
import type { CellState } from './state.ts';

/** A published ratio, night by night. */
export interface Headline {
  claim: PublishedClaim;
  numerator: CellState;
  /** One value a night, oldest first; null where a side was not measured. */
  ratios: readonly (number | null)[];
}

const count = 10;
const nightsShown = 90;

/** The first published ratios that the history has both sides of. */
export function headlinesOf(claims: readonly PublishedClaim[], states: readonly CellState[]): Headline[] {
  return claims.flatMap((claim) => headlineOf(claim, states) ?? []).slice(0, count);
}

function headlineOf(claim: PublishedClaim, states: readonly CellState[]): Headline | undefined {
  const { kind, clock, ratio, where } = claim;
  if (kind === 'bar' || clock !== 'virtual' || ratio === undefined) return undefined;
  const side = (variant: string) =>
    states.find(({ entries: [first] }) => {
      if (first === undefined || first.variant !== variant || first.metric !== ratio.metric) return false;
      return matches(first.params, { workload: 'netperf', ...where, clock });
    });
  const [numerator, denominator] = [side(ratio.numerator), side(ratio.denominator)];
  if (numerator === undefined || denominator === undefined) return undefined;
  const below = new Map(denominator.entries.map(({ run, median }) => [run, median]));
  const ratios = numerator.entries.slice(-nightsShown).map(({ run, median }) => {
    const other = below.get(run);
    return other === undefined ? null : median / other;
  });
  return { claim, numerator, ratios };
}
