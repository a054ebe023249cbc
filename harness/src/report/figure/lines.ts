import type { Axis, PlotSpec } from '../../experiment/experiment.ts';
import { type Metric, metrics, type Params } from '../../workload/sample.ts';
import { isEmulated, type RunFacts } from '../facts.ts';
import { groupBy } from '../group.ts';
import { absences } from './absent.ts';
import type { Drawing, FigureInput } from './drawing.ts';
import type { LineSeries } from './line-series.ts';
import { lineViews } from './line-view.ts';
import { type Measured, panels, selected, seriesNames } from './panels.ts';

/** A metric over message size or another factor, a line a variant, a panel a topology. */
export function lines({ spec, summary, layout, facts }: FigureInput): Drawing {
  const cells = selected(spec, summary.cells);
  const axis = spec.over ?? sizeAxis;
  const drawable = cells.filter(({ params }) => hasPlace(spec, params));
  const drawn = panels(drawable, [axis.factor]);
  const nameOf = seriesNames(drawable);
  const views = lineViews({
    layout,
    xTitle: axis.title,
    yFormat: 'amount',
    panels: drawn.map(({ title, items }) => ({
      title,
      yTitle: axisTitle(spec.metric, items, facts),
      series: [...groupBy(items, nameOf)].map(
        ([name, members]): LineSeries => ({
          name,
          variant: members[0]?.variant ?? name,
          points: members.map(({ params, median, lo, hi }) => ({
            at: Number(params[axis.factor]),
            value: median,
            lo,
            hi,
          })),
          published: [],
        }),
      ),
    })),
  });
  const undrawable = cells.filter((cell) => !drawable.includes(cell));
  return { views, absent: absences(spec, summary, drawn, undrawable) };
}

/** What lines run over unless their spec says otherwise. */
export const sizeAxis: Axis = { factor: 'size', title: 'message size, bytes' };

/** Messages of size 0 have no size; another factor's 0 is a value, and makes the axis linear. */
export function hasPlace({ over }: PlotSpec, params: Params): boolean {
  const at = params[(over ?? sizeAxis).factor];
  return typeof at === 'number' && (at > 0 || (at === 0 && over !== undefined));
}

const titles: Partial<Record<Metric, string>> = {
  rate: 'transactions/s',
  lost_updates: 'lost updates',
  success_ratio: 'share of attempts that succeed',
  retries: 'retries an operation',
  fairness: "fairness (Jain's index)",
  instructions_per_txn: 'instructions a transaction',
  mbit_per_s: 'Mbit/s',
  cpu_us_per_txn: 'CPU time a transaction, us',
  bypass_ratio: 'share of the bytes that bypassed TCP',
  copies_per_byte: 'copies a byte',
  latency_us_p50: 'median latency, us',
  latency_us_p99: '99th percentile latency, us',
};

/** What one of a workload's transactions is called, where that says more. */
const rateTitles: Readonly<Record<string, string>> = { cas: 'operations/s' };

/** Counts, which emulation does not change. */
const countedMetrics: readonly Metric[] = [
  'instructions_per_txn',
  'bypass_ratio',
  'copies_per_byte',
  'lost_updates',
];

/** What an axis of absolute numbers shows, and whether they come from emulated CPUs. */
export function axisTitle(metric: Metric, cells: readonly Measured[], facts: RunFacts): string {
  const [first] = cells;
  const rateTitle = metric === 'rate' ? rateTitles[first?.params.workload ?? ''] : undefined;
  const title =
    rateTitle ?? titles[metric] ?? `${metric.replaceAll('_', ' ')} ${metrics[metric].unit}`.trim();
  const emulated = cells.some(({ params }) => isEmulated(facts, params));
  return emulated && !countedMetrics.includes(metric) ? `${title} (emulated)` : title;
}
