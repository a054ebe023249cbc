import { type Metric, metrics } from '../../workload/sample.ts';
import { isEmulated, type RunFacts } from '../facts.ts';
import { groupBy } from '../group.ts';
import { absences } from './absent.ts';
import type { Drawing, FigureInput } from './figure.ts';
import { type LineSeries, lineViews } from './line-view.ts';
import { type Measured, panels, selected, seriesNames } from './panels.ts';

/** A metric over message size, a line a variant, a panel a topology. */
export function lines({ spec, summary, layout, facts }: FigureInput): Drawing {
  const cells = selected(spec, summary.cells);
  const drawable = cells.filter(({ params }) => params.size > 0);
  const drawn = panels(drawable, ['size']);
  const nameOf = seriesNames(drawable);
  const views = lineViews({
    layout,
    yTitle: axisTitle(spec.metric, drawable, facts),
    yFormat: 'amount',
    panels: drawn.map(({ title, items }) => ({
      title,
      series: [...groupBy(items, nameOf)].map(
        ([name, own]): LineSeries => ({
          name,
          variant: own[0]?.variant ?? name,
          points: own.map(({ params, median, lo, hi }) => ({ size: params.size, value: median, lo, hi })),
          published: [],
        }),
      ),
    })),
  });
  const undrawable = cells.filter((cell) => !drawable.includes(cell));
  return { views, absent: absences(spec, summary, drawn, undrawable) };
}

const titles: Partial<Record<Metric, string>> = {
  rate: 'transactions/s',
  instructions_per_txn: 'instructions a transaction',
  mbit_per_s: 'Mbit/s',
  latency_us_p50: 'median latency, us',
  latency_us_p99: '99th percentile latency, us',
};

/** What an axis of absolute numbers shows, and whether they come from emulated CPUs. */
export function axisTitle(metric: Metric, cells: readonly Measured[], facts: RunFacts): string {
  const title = titles[metric] ?? `${metric.replaceAll('_', ' ')} ${metrics[metric].unit}`.trim();
  const emulated = cells.some(({ params }) => isEmulated(facts, params.clock));
  return emulated && metric !== 'instructions_per_txn' ? `${title} (emulated)` : title;
}
