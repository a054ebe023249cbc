import type { Claim } from '../../experiment/claim.ts';
import type { PlotSpec } from '../../experiment/experiment.ts';
import { groupBy } from '../../measure/group.ts';
import { matches } from '../../measure/params.ts';
import type { Params } from '../../workload/sample.ts';
import { baselineOf, isOfVariants } from '../order.ts';
import { absences } from './absent.ts';
import { hasPlace, isOnePlace, sizeAxis } from './axis.ts';
import type { Drawing, FigureInput } from './drawing.ts';
import { bars } from './ladder.ts';
import type { LineSeries } from './line-series.ts';
import { lineViews } from './line-view.ts';
import { lineNames, type Panel, type Plotted, panels, selected } from './panels.ts';

/** Ratios over the baseline by message size or another factor, with published figures as hollow points. */
export function speedup(input: FigureInput): Drawing {
  const { spec, summary, claims, layout } = input;
  const axis = spec.over ?? sizeAxis;
  const baseline = baselineOf(summary) ?? '';
  const over = summary.ratios
    .filter(isOfVariants)
    .filter(({ denominator, params }) => denominator === baseline && hasPlace(spec, params))
    .map((ratio) => ({ ...ratio, variant: ratio.numerator }));
  const ratios = selected(spec, over);
  if (isOnePlace(ratios, axis)) return bars(input);
  const drawn = panels(ratios, [axis.factor]);
  const nameOf = lineNames(ratios);
  const hollow = drawn.some((panel) => published(spec, baseline, claims, panel).length > 0);
  const views = lineViews({
    layout,
    xTitle: axis.title,
    yFormat: 'ratio',
    panels: drawn.map((panel) => {
      const series = [...groupBy(panel.items, nameOf)].map(
        ([name, members]): LineSeries => ({
          name,
          variant: members[0]?.variant ?? name,
          points: members.map(({ params, value, lo, hi }) => ({
            at: Number(params[axis.factor]),
            value,
            lo,
            hi,
          })),
          published: [],
        }),
      );
      const marks = published(spec, baseline, claims, panel);
      return {
        title: panel.title,
        yTitle: `times ${baseline}${spec.metric === 'rate' ? '' : `, ${spec.metric}`}`,
        reference: { at: 1, name: baseline },
        series: series.map((line) => ({
          ...line,
          published: marks.filter(({ variant }) => variant === line.variant),
        })),
      };
    }),
  });
  return { views, absent: absences(spec, summary, drawn), ...(hollow ? { key } : {}) };
}

const key = 'Filled: measured here. Hollow: published figures, from other machines';

interface Published {
  variant: string;
  at: number;
  value: number;
}

/** The published claims about points of this panel, on any clock, because they were measured on bare metal. Bars are left out. */
function published(
  spec: PlotSpec,
  baseline: string,
  claims: readonly Claim[],
  panel: Panel<Plotted>,
): Published[] {
  return claims.flatMap(({ kind, ratio, where, published: value }) => {
    if (kind === 'bar' || ratio?.denominator !== baseline || ratio.metric !== spec.metric) return [];
    if (spec.over !== undefined || where.size === undefined || !(where.size > 0)) return [];
    const { size, clock, idle, kernel, workload, ...place } = where;
    if (workload !== undefined && spec.where.workload !== undefined && workload !== spec.where.workload)
      return [];
    if (!matches(panel.params, place as Partial<Params>)) return [];
    const isMeasured = panel.items.some(
      ({ variant, params }) => variant === ratio.numerator && params.size === size,
    );
    return isMeasured ? [{ variant: ratio.numerator, at: size, value }] : [];
  });
}
