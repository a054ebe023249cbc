import { groupBy } from '../../measure/group.ts';
import { matches } from '../../measure/params.ts';
import type { Cell, Ratio } from '../../measure/summary.ts';
import { amount, digits } from '../format.ts';
import { baselineOf } from '../order.ts';
import { absences } from './absent.ts';
import { axisTitle } from './axis.ts';
import { type Bar, type BarStart, barViews } from './bar-view.ts';
import type { Drawing, FigureInput } from './drawing.ts';
import { lineNames, type Panel, type Plotted, panels, selected } from './panels.ts';

/** One bar for each variant, or for each value of the figure's factor, sorted by value. */
export function ladder({ spec, summary, layout, facts }: FigureInput, start: BarStart): Drawing {
  const baseline = baselineOf(summary);
  const cells = selected(spec, summary.cells);
  const drawable = start === 'zero' ? cells : cells.filter(({ median }) => median > 0);
  const { over } = spec;
  const topologies = panels(drawable, over === undefined ? [] : [over.factor]);
  const drawn = over === undefined ? topologies : topologies.flatMap(byVariant);
  const nameOf = over === undefined ? lineNames(drawable) : ({ params }: Cell) => `${params[over.factor]}`;
  const barOf = (cell: Cell, neighbours: readonly Cell[]): Bar => ({
    name: nameOf(cell),
    variant: cell.variant,
    value: cell.median,
    lo: cell.lo,
    hi: cell.hi,
    baseline: baselineCell(cell, neighbours, baseline)?.median,
    amount: amount(cell.median),
    ratio: over === undefined && cell.better === 'higher' ? ratioText(cell, summary.ratios, baseline) : '',
  });
  const views = barViews({
    layout,
    start,
    panels: drawn.map(({ title, items }) => ({
      title,
      xTitle: axisTitle(spec.metric, items, facts),
      bars: items.map((cell) => barOf(cell, items)).sort(bestLast(items)),
    })),
  });
  const undrawable = cells.filter((cell) => !drawable.includes(cell));
  const hasBaseline = start === 'baseline' && drawable.some(({ variant }) => variant === baseline);
  const key = `A bar reaches from ${baseline} to the variant on a log axis: its length is the ratio behind it`;
  return { views, absent: absences(spec, summary, topologies, undrawable), ...(hasBaseline ? { key } : {}) };
}

/** Bars that are named by a factor are of one variant. */
function byVariant<T extends Plotted>(panel: Panel<T>): Panel<T>[] {
  const groups = groupBy(panel.items, ({ variant }) => variant);
  if (groups.size === 1) return [panel];
  return [...groups].map(([variant, items]) => ({
    ...panel,
    items,
    title: [panel.title, variant].filter(Boolean).join(' · '),
  }));
}

/** The bars of a figure whose lines would have one place each. */
export function bars({ spec: { over: _noAxis, ...spec }, ...input }: FigureInput): Drawing {
  return ladder({ ...input, spec }, 'baseline');
}

/** The baseline of a cell's own workload, or of another workload if there is none. */
function baselineCell(
  cell: Cell,
  neighbours: readonly Cell[],
  baseline: string | undefined,
): Cell | undefined {
  const candidates = neighbours.filter(({ variant }) => variant === baseline);
  return candidates.find(({ params }) => params.workload === cell.params.workload) ?? candidates[0];
}

function ratioText(cell: Cell, ratios: readonly Ratio[], baseline: string | undefined): string {
  const ratio = ratios.find(
    ({ numerator, denominator, metric, params }) =>
      numerator === cell.variant &&
      denominator === baseline &&
      metric === cell.metric &&
      matches(params, cell.params),
  );
  return ratio === undefined ? '' : `${digits(ratio.value)}×`;
}

function bestLast([first]: readonly Cell[]): (a: Bar, b: Bar) => number {
  return first?.better === 'lower' ? (a, b) => b.value - a.value : (a, b) => a.value - b.value;
}
