import { max, mean, median, min } from 'simple-statistics';
import type { Matrix } from '../experiment/experiment.ts';
import { metricOf } from '../workload/metric.ts';
import type { Sample } from '../workload/sample.ts';
import { groupBy } from './group.ts';
import { estimate } from './interval.ts';
import { outliers } from './outliers.ts';
import { paramsKey } from './params.ts';
import { byBoot } from './replicates.ts';
import { serialisedMark } from './serialised.ts';
import type { Cell } from './summary.ts';

/** A cell before its ratios have decided whether it is precise. */
export type MeasuredCell = Omit<Cell, 'precise'>;

/** The samples of one variant at one point in one metric. */
export interface Measured {
  cell: MeasuredCell;
  samples: readonly Sample[];
}

export function measureCells(samples: readonly Sample[], matrices: readonly Matrix[]): Measured[] {
  const groups = groupBy(samples, ({ variant, params, metric }) =>
    [variant, metric, paramsKey(params)].join(' '),
  );
  return [...groups.values()].map((members) => ({ cell: measureCell(members, matrices), samples: members }));
}

function measureCell(samples: readonly Sample[], matrices: readonly Matrix[]): MeasuredCell {
  const [{ variant, params, metric }] = samples as [Sample];
  const values = samples.map(({ value }) => value);
  const boots = [...byBoot(samples).values()];
  const { lo, hi, interval } = estimate(params.clock, boots);
  const largest = max(values);
  const { unit, better, share } = metricOf(metric);
  const labelled = outliers(values).length;
  return {
    variant,
    params,
    metric,
    unit,
    better,
    boots: boots.length,
    samples: values.length,
    median: median(values),
    mean: mean(values),
    min: min(values),
    max: largest,
    lo,
    // A share cannot exceed 1, but the interval of a few figures near 1 may.
    hi: share ? Math.min(hi, Math.max(1, largest)) : hi,
    interval,
    ...serialisedMark(matrices, variant, params),
    ...(labelled > 0 ? { outliers: labelled } : {}),
  };
}
