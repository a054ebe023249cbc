import type { Cell, Ratio, Summary } from '../measure/summary.ts';
import type { RunFacts } from './facts.ts';
import { axisTitle } from './figure/lines.ts';
import { factorText, matches } from './figure/panels.ts';
import { groupBy, unique } from './group.ts';
import { baselineOf, isOfVariants } from './order.ts';

/** Cells that one table shows: one metric of one workload in one place, by size and then by variant. */
export interface CellGroup {
  /** "netperf · rr · loopback · virtual". */
  title: string;
  /** What is measured, in words. */
  metric: string;
  rows: CellRow[];
}

export interface CellRow {
  cell: Cell;
  /** Over the baseline of the experiment, where that was measured at the same point. */
  ratio: Ratio | undefined;
  /** The value's share of the largest at its size, for a bar. */
  share: number;
}

export function cellGroups(summary: Summary, facts: RunFacts): CellGroup[] {
  const shown = factorsShown(summary.cells);
  const baseline = baselineOf(summary);
  const overBaseline = summary.ratios.filter(
    (ratio) => isOfVariants(ratio) && ratio.denominator === baseline,
  );
  const ratios = groupBy(overBaseline, ({ numerator, metric }) => `${numerator} ${metric}`);
  const titleOf = ({ params }: Cell) =>
    shown
      .map((name) => factorText(name, params[name]))
      .filter((text) => text !== '')
      .join(' · ');
  const groups = groupBy(summary.cells, (cell) => JSON.stringify([titleOf(cell), cell.metric]));
  return [...groups.values()].flatMap((cells) => {
    const [first] = cells;
    if (first === undefined) return [];
    const bySize = [...groupBy(cells, ({ params }) => params.size)].sort(([a], [b]) => a - b);
    return {
      title: titleOf(first),
      metric: axisTitle(first.metric, cells, facts),
      rows: bySize.flatMap(([, own]) =>
        own.map((cell) => ({
          cell,
          ratio: ratios
            .get(`${cell.variant} ${cell.metric}`)
            ?.find(({ params }) => matches(params, cell.params)),
          share: cell.median / Math.max(...own.map(({ median }) => median)) || 0,
        })),
      ),
    };
  });
}

/** Where a table stands: of the experiment's own factors and the kernel only what differs within the run. */
function factorsShown(cells: readonly Cell[]): string[] {
  const always = ['workload', 'topology', 'clock', 'idle'];
  const others = unique(cells.flatMap(({ params }) => Object.keys(params))).filter(
    (name) => name !== 'size' && !always.includes(name),
  );
  const varying = others.filter((name) => unique(cells.map(({ params }) => params[name])).length > 1);
  return ['workload', ...varying, 'topology', 'clock', 'idle'];
}

/** Two kernels compared: one metric in one place, by size and variant. */
export interface KernelGroup {
  /** "b over a · netperf · rr · loopback · virtual · rate". */
  title: string;
  rows: { variant: string; ratio: Ratio }[];
}

export function kernelGroups({ ratios }: Summary): KernelGroup[] {
  const titleOf = ({ numerator, denominator, params, metric }: Ratio) => {
    const { size, kernel, variant, ...shown } = params;
    const place = Object.entries(shown).map(([name, value]) => factorText(name, value));
    return [`${numerator} over ${denominator}`, ...place.filter((text) => text !== ''), metric].join(' · ');
  };
  const groups = groupBy(
    ratios.filter((ratio) => !isOfVariants(ratio)),
    titleOf,
  );
  return [...groups].map(([title, own]) => ({
    title,
    rows: own.map((ratio) => ({ variant: `${ratio.params['variant']}`, ratio })),
  }));
}
