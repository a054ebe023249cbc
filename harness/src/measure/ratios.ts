import type { RatioSpec } from '../experiment/ratio.ts';
import { type Metric, metrics } from '../workload/metric.ts';
import type { Params } from '../workload/sample.ts';
import { bootstrap } from './bootstrap.ts';
import type { Measured } from './cells.ts';
import { comparisonOf } from './compare.ts';
import { groupBy } from './group.ts';
import { estimate } from './interval.ts';
import { paramsKey, withFactor } from './params.ts';
import { profileRules } from './profile.ts';
import { pairedRatios } from './replicates.ts';
import type { Profile, Ratio } from './summary.ts';

const fewestBootsToResample = 10;

/** "smc/tcp:rate:netperf:loopback:1024:virtual:-:default:test=rr"; for kernels "b/a:rate:...:variant=tcp". */
export function ratioId(numerator: string, denominator: string, metric: Metric, params: Params): string {
  return `${numerator}/${denominator}:${metric}:${paramsKey(params)}`;
}

/** Every variant over the baseline in every metric, and the requested ratios, if both sides were measured. */
export function variantRatios(
  measured: readonly Measured[],
  baseline: string,
  asked: readonly RatioSpec[],
  profile: Profile,
): Ratio[] {
  const points = groupBy(measured, ({ cell }) => `${cell.metric} ${paramsKey(cell.params)}`);
  return [...points.values()].flatMap((sides) =>
    sides.flatMap((over) =>
      sides
        .filter((under) => under !== over && isWanted(over, under, baseline, asked))
        .flatMap((under) =>
          ratio(over, under, over.cell.variant, under.cell.variant, over.cell.params, profile),
        ),
    ),
  );
}

/** Every other kernel over the first, for equal variants and points. The variant is in the params. */
export function kernelRatios(
  measured: readonly Measured[],
  kernels: readonly string[],
  profile: Profile,
): Ratio[] {
  const groups = groupBy(measured, ({ cell }) =>
    [cell.variant, cell.metric, paramsKey(withFactor(cell.params, 'kernel', ''))].join(' '),
  );
  const [reference = ''] = kernels;
  return [...groups.values()].flatMap((sides) => {
    const under = sides.find(({ cell }) => cell.params.kernel === reference);
    if (under === undefined) return [];
    return sides
      .filter((over) => over !== under)
      .flatMap((over) => {
        const params = withFactor(over.cell.params, 'variant', over.cell.variant);
        return ratio(over, under, over.cell.params.kernel, reference, params, profile);
      });
  });
}

function isWanted(over: Measured, under: Measured, baseline: string, asked: readonly RatioSpec[]): boolean {
  if (under.cell.variant === baseline) return true;
  return asked.some(
    ({ numerator, denominator, metric }) =>
      numerator === over.cell.variant && denominator === under.cell.variant && metric === over.cell.metric,
  );
}

/** Undefined if no boot has both sides, or if a zero makes the quotient meaningless. */
function ratio(
  over: Measured,
  under: Measured,
  numerator: string,
  denominator: string,
  params: Params,
  profile: Profile,
): Ratio[] {
  const paired = pairedRatios(over.samples, under.samples);
  if (paired.length === 0 || paired.some((x) => !(x > 0 && Number.isFinite(x)))) return [];
  const { metric } = over.cell;
  const id = ratioId(numerator, denominator, metric, params);
  const found = estimate(params.clock, paired);
  const isSerialised = over.cell.basis !== undefined || under.cell.basis !== undefined;
  return [
    {
      id,
      numerator,
      denominator,
      params,
      metric,
      ...found,
      boots: paired.length,
      ...(profileRules[profile].judges ? { comparison: comparisonOf(found, metrics[metric].better) } : {}),
      ...(isSerialised ? { basis: 'serialised' } : {}),
      ...(found.interval === 't' && paired.length >= fewestBootsToResample
        ? { bootstrap: bootstrap(paired, paired.length) }
        : {}),
    },
  ];
}
