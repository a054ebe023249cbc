import { mean } from 'simple-statistics';
import type { Sample } from '../workload/sample.ts';
import { groupBy } from './group.ts';

/** One figure for each boot: the mean of its samples, geometric if all are positive. */
export function byBoot(samples: readonly Sample[]): Map<number, number> {
  const boots = groupBy(samples, ({ boot }) => String(boot));
  return new Map(
    [...boots].map(([boot, members]) => [Number(boot), average(members.map(({ value }) => value))]),
  );
}

/** Numerator over denominator for every boot that has both. */
export function pairedRatios(numerator: readonly Sample[], denominator: readonly Sample[]): number[] {
  const under = byBoot(denominator);
  return [...byBoot(numerator)].flatMap(([boot, over]) => {
    const base = under.get(boot);
    return base === undefined ? [] : [over / base];
  });
}

function average(values: number[]): number {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  return values.every((x) => x > 0) ? Math.exp(mean(values.map(Math.log))) : mean(values);
}
