import type { PlotSpec } from '../../experiment/experiment.ts';
import { groupBy, unique } from '../../measure/group.ts';
import { matches } from '../../measure/params.ts';
import type { Metric } from '../../workload/metric.ts';
import type { Params } from '../../workload/sample.ts';
import { sizeText } from '../format.ts';

export interface Panel<T> {
  /** The factors that differ between panels: "container", "loopback · wall · idle=poll". */
  title: string;
  /** The params that all items share. */
  params: Partial<Params>;
  items: T[];
}

export interface Plotted {
  variant: string;
  params: Params;
}

/** The items that a figure selects. */
export function selected<T extends Plotted & { metric: Metric }>(spec: PlotSpec, items: readonly T[]): T[] {
  return items.filter(
    ({ metric, variant, params }) =>
      metric === spec.metric && matches(params, spec.where) && (spec.variants?.includes(variant) ?? true),
  );
}

/** Splits items into panels by every factor that is not in `inside`. The workload never splits: it names series. */
export function panels<T extends Plotted>(items: readonly T[], inside: readonly string[]): Panel<T>[] {
  const factors = unique(items.flatMap(({ params }) => Object.keys(params))).filter(
    (name) => name !== 'workload' && !inside.includes(name),
  );
  const varying = factors.filter((name) => unique(items.map(({ params }) => params[name])).length > 1);
  const groups = groupBy(items, ({ params }) => JSON.stringify(varying.map((name) => params[name])));
  return [...groups.values()].map((group) => {
    const params = Object.fromEntries(factors.map((name) => [name, group[0]?.params[name]]));
    return { title: titleOf(params, varying), params: params as Partial<Params>, items: group };
  });
}

function titleOf(params: Record<string, unknown>, varying: readonly string[]): string {
  const shown = unique(['topology', ...varying]);
  const parts = shown.map((name) => factorText(name, params[name]));
  return parts.filter((part) => part !== '').join(' · ');
}

/** A factor's value as text, with the factor's name if the value alone is unclear. */
export function factorText(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (name === 'size') return value === 0 ? '' : sizeText(Number(value));
  return ['workload', 'test', 'topology', 'clock'].includes(name) ? `${value}` : `${name}=${value}`;
}

/** The name of a line or bar: its variant, and its workload if the variant appears with several. */
export function lineNames(all: readonly Plotted[]): (item: Plotted) => string {
  const workloads = groupBy(all, ({ variant }) => variant);
  return ({ variant, params }) => {
    const names = unique((workloads.get(variant) ?? []).map((item) => item.params.workload));
    return names.length > 1 ? `${variant} (${params.workload})` : variant;
  };
}
