import type { Axis, PlotSpec } from '../../experiment/experiment.ts';
import { originalOf } from '../../measure/control-cells.ts';
import { groupBy } from '../../measure/group.ts';
import { type Metric, metricOf } from '../../workload/metric.ts';
import type { Params } from '../../workload/sample.ts';
import { familyOf } from '../../workload/variant/variants.ts';
import { isEmulated, type RunFacts } from '../facts.ts';
import { absences } from './absent.ts';
import type { Drawing, FigureInput } from './drawing.ts';
import type { LineSeries } from './line-series.ts';
import { lineViews } from './line-view.ts';
import { lineNames, type Plotted, panels, selected } from './panels.ts';

/** A metric over message size or another factor, with a line for each variant and a panel for each topology. */
export function lines({ spec, summary, layout, facts }: FigureInput): Drawing {
  const cells = selected(spec, summary.cells);
  const axis = spec.over ?? sizeAxis;
  const drawable = cells.filter(({ params }) => hasPlace(spec, params));
  const drawn = panels(drawable, [axis.factor]);
  const nameOf = lineNames(drawable);
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

/** The default axis of lines. */
export const sizeAxis: Axis = { factor: 'size', title: 'message size, bytes' };

/** Whether a point can be drawn. Size 0 means "no size"; 0 of another factor is a value, and makes the axis linear. */
export function hasPlace({ over }: PlotSpec, params: Params): boolean {
  const at = params[(over ?? sizeAxis).factor];
  return typeof at === 'number' && (at > 0 || (at === 0 && over !== undefined));
}

/** The title of an axis of absolute numbers, with "(emulated)" for emulated CPUs. */
export function axisTitle(metric: Metric, cells: readonly Plotted[], facts: RunFacts): string {
  const [first] = cells;
  const { title: usual, counted } = metricOf(metric);
  const rateTitle = familyOf(originalOf(first?.variant ?? ''))?.rateTitle;
  const title = (metric === 'rate' ? rateTitle : undefined) ?? usual;
  const emulated = cells.some(({ params }) => isEmulated(facts, params));
  return emulated && !counted ? `${title} (emulated)` : title;
}
