import type { PlotSpec } from '../../experiment/experiment.ts';
import { groupBy, unique } from '../../measure/group.ts';
import type { Summary } from '../../measure/summary.ts';
import { baselineOf } from '../order.ts';
import { factorText, lineNames, type Panel, type Plotted } from './panels.ts';

/** Something that is missing in a figure. */
export interface Absence {
  name: string;
  why: string;
}

/** Everything that is missing in a figure's panels, each once. Gaps are reported, never drawn over. */
export function absences(
  spec: PlotSpec,
  summary: Summary,
  drawn: readonly Panel<Plotted>[],
  undrawable: readonly Plotted[] = [],
): Absence[] {
  return merge([
    ...unavailable(spec, summary),
    ...unmeasured(spec, summary, drawn),
    ...gaps(drawn, spec.over?.factor ?? 'size'),
    ...undrawable.map(({ variant }) => ({
      name: variant,
      why: 'a value or size of 0 has no place on a log axis',
    })),
  ]);
}

function unavailable(spec: PlotSpec, summary: Summary): Absence[] {
  return summary.unavailable
    .filter(({ variant, params }) => wanted(spec, variant) && agrees(params, spec.where))
    .map(({ variant, params, why }) => ({ name: variant, why: place(params, spec.where) + why }));
}

function unmeasured(spec: PlotSpec, summary: Summary, drawn: readonly Panel<Plotted>[]): Absence[] {
  const known = new Set([
    ...drawn.flatMap(({ items }) => items.map(({ variant }) => variant)),
    ...unavailable(spec, summary).map(({ name }) => name),
    spec.kind === 'speedup' ? baselineOf(summary) : undefined,
  ]);
  return (spec.variants ?? [])
    .filter((variant) => !known.has(variant))
    .map((name) => ({ name, why: 'no cells in this run' }));
}

/** Series that are missing in some panels, and values of `factor` that a line skips. */
function gaps(drawn: readonly Panel<Plotted>[], factor: string): Absence[] {
  const all = drawn.flatMap(({ items }) => items);
  const nameOf = lineNames(all);
  const names = unique(all.map(nameOf));
  return drawn.flatMap((panel) => {
    const places = unique(panel.items.map(({ params }) => params[factor]));
    const bySeries = groupBy(panel.items, nameOf);
    return names.flatMap((name) => {
      const present = bySeries.get(name);
      if (present === undefined) return [{ name, why: `no cells for ${panel.title}` }];
      const missing = places.filter((at) => !present.some(({ params }) => params[factor] === at));
      if (missing.length === 0) return [];
      const list = missing.sort((a, b) => Number(a) - Number(b)).map((at) => factorText(factor, at));
      return [{ name, why: `no cells at ${list.join(', ')} for ${panel.title}` }];
    });
  });
}

const wanted = (spec: PlotSpec, variant: string) => spec.variants?.includes(variant) ?? true;

/** Params without a factor match all of its values. */
function agrees(params: Record<string, unknown>, where: Record<string, unknown>): boolean {
  return Object.entries(where).every(([name, value]) => params[name] === undefined || params[name] === value);
}

/** The factors of an absence that the figure does not fix, as text. */
function place(params: Record<string, unknown>, where: Record<string, unknown>): string {
  const factors = Object.entries(params).filter(
    ([name]) => !(name in where) && name !== 'clock' && name !== 'kernel',
  );
  const text = factors.map(([name, value]) => factorText(name, value)).filter((part) => part !== '');
  return text.length === 0 ? '' : `${text.join(' ')}: `;
}

function merge(absences: readonly Absence[]): Absence[] {
  const byName = groupBy(absences, ({ name }) => name);
  return [...byName].map(([name, members]) => ({
    name,
    why: unique(members.map(({ why }) => why)).join('; '),
  }));
}
