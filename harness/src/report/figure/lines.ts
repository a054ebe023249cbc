import { groupBy } from '../../measure/group.ts';
import { metricOf } from '../../workload/metric.ts';
import { absences } from './absent.ts';
import { axisTitle, hasPlace, isOnePlace, sizeAxis } from './axis.ts';
import type { Drawing, FigureInput } from './drawing.ts';
import { bars } from './ladder.ts';
import type { LineSeries } from './line-series.ts';
import { lineViews } from './line-view.ts';
import { lineNames, panels, selected } from './panels.ts';

/** A metric over message size or another factor, with a line for each variant and a panel for each topology. */
export function lines(input: FigureInput): Drawing {
  const { spec, summary, layout, facts } = input;
  const cells = selected(spec, summary.cells);
  const axis = spec.over ?? sizeAxis;
  const drawable = cells.filter(({ params }) => hasPlace(spec, params));
  if (isOnePlace(drawable, axis)) return bars(input);
  const drawn = panels(drawable, [axis.factor]);
  const nameOf = lineNames(drawable);
  const views = lineViews({
    layout,
    xTitle: axis.title,
    yFormat: 'amount',
    ...(metricOf(spec.metric).share && { yMost: 1 }),
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
