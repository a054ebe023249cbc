import type { Axis, PlotSpec } from '../../experiment/experiment.ts';
import { originalOf } from '../../measure/control-cells.ts';
import { type Metric, metricOf } from '../../workload/metric.ts';
import type { Params } from '../../workload/sample.ts';
import { familyOf } from '../../workload/variant/variants.ts';
import { isEmulated, type RunFacts } from '../facts.ts';
import type { Plotted } from './panels.ts';

/** The default axis of lines. */
export const sizeAxis: Axis = { factor: 'size', title: 'message size, bytes' };

/** Lines need two places; what was measured at one place is drawn as bars. */
export function isOnePlace(items: readonly Plotted[], { factor }: Axis): boolean {
  return new Set(items.map(({ params }) => params[factor])).size === 1;
}

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
