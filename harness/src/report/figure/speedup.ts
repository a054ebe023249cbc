import type { Claim } from '../../experiment/claim.ts';
import type { PlotSpec } from '../../experiment/experiment.ts';
import { groupBy, unique } from '../../measure/group.ts';
import { matches } from '../../measure/params.ts';
import type { Params } from '../../workload/sample.ts';
import { baselineOf, isOfVariants } from '../order.ts';
import { absences } from './absent.ts';
import type { Drawing, FigureInput } from './drawing.ts';
import type { LineSeries } from './line-series.ts';
import { lineViews } from './line-view.ts';
import { hasPlace, sizeAxis } from './lines.ts';
import { lineNames, type Panel, panels, selected } from './panels.ts';

/** Ratios over the baseline by message size or another factor, with published figures as hollow points. */
export function speedup({ spec, summary, claims, layout }: FigureInput): Drawing {
  const axis = spec.over ?? sizeAxis;
  const baseline = baselineOf(summary) ?? '';
  const over = summary.ratios
    .filter(isOfVariants)
    .filter(({ denominator, params }) => denominator === baseline && hasPlace(spec, params))
    .map((ratio) => ({ ...ratio, variant: ratio.numerator }));
  const ratios = selected(spec, over);
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
      return {
        title: panel.title,
        yTitle: `times ${baseline}${spec.metric === 'rate' ? '' : `, ${spec.metric}`}`,
        reference: { at: 1, name: baseline },
        series: withPublished(series, published(spec, baseline, claims, panel)),
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

/** The published claims about this panel, on any clock, because they were measured on bare metal. Bars are left out. */
function published(
  spec: PlotSpec,
  baseline: string,
  claims: readonly Claim[],
  panel: Panel<unknown>,
): Published[] {
  return claims.flatMap(({ kind, ratio, where, published: value }) => {
    if (kind === 'bar' || ratio?.denominator !== baseline || ratio.metric !== spec.metric) return [];
    if (spec.over !== undefined || where.size === undefined || !(where.size > 0)) return [];
    const { size, clock, idle, kernel, workload, ...place } = where;
    if (workload !== undefined && spec.where.workload !== undefined && workload !== spec.where.workload)
      return [];
    if (!matches(panel.params, place as Partial<Params>)) return [];
    if (!(spec.variants?.includes(ratio.numerator) ?? true)) return [];
    return [{ variant: ratio.numerator, at: size, value }];
  });
}

/** Adds a series without a line for each published variant that was not measured here. */
function withPublished(series: readonly LineSeries[], points: readonly Published[]): LineSeries[] {
  const measured = new Set(series.map(({ variant }) => variant));
  const pointsOf = (variant: string) => points.filter((point) => point.variant === variant);
  const unmeasured = unique(points.map(({ variant }) => variant)).filter((variant) => !measured.has(variant));
  return [
    ...series.map((line) => ({ ...line, published: pointsOf(line.variant) })),
    ...unmeasured.map((variant) => ({ name: variant, variant, points: [], published: pointsOf(variant) })),
  ];
}
