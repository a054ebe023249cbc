import { groupBy, unique } from '../measure/group.ts';
import { matches } from '../measure/params.ts';
import type { Cell, Ratio, Summary } from '../measure/summary.ts';
import type { RunFacts } from './facts.ts';
import { axisTitle } from './figure/axis.ts';
import { factorText } from './figure/panels.ts';
import { sizeText } from './format.ts';
import { baselineOf, isOfVariants } from './order.ts';

/** The cells of one table: one metric of one workload and topology, by size and then by variant. */
export interface CellGroup {
  /** "netperf · rr · loopback · virtual". */
  title: string;
  /** The metric's title. */
  metric: string;
  /** The factor of the rows: the size, or the experiment's own factor. */
  by: string;
  rows: CellRow[];
}

export interface CellRow {
  cell: Cell;
  /** The value of the rows' factor. */
  at: string;
  /** The ratio over the experiment's baseline, if that was measured at the same point. */
  ratio: Ratio | undefined;
  /** The value's share of the largest at its size, for a bar. */
  share: number;
}

export function cellGroups(summary: Summary, facts: RunFacts): CellGroup[] {
  const by = rowFactor(summary.cells);
  const shown = factorsShown(summary.cells, by);
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
    const inOrder = [...groupBy(cells, ({ params }) => Number(params[by]))].sort(([a], [b]) => a - b);
    return {
      title: titleOf(first),
      metric: axisTitle(first.metric, cells, facts),
      by,
      rows: inOrder.flatMap(([value, members]) =>
        members.map((cell) => ({
          cell,
          at: by === 'size' ? sizeText(value) : `${value}`,
          ratio: ratios
            .get(`${cell.variant} ${cell.metric}`)
            ?.find(({ params }) => matches(params, cell.params)),
          share: cell.median / Math.max(...members.map(({ median }) => median)) || 0,
        })),
      ),
    };
  });
}

/** The size if it varies, otherwise the experiment's own numeric factor with the most values. */
function rowFactor(cells: readonly Cell[]): string {
  const values = (name: string) => unique(cells.map(({ params }) => params[name]));
  if (values('size').length > 1) return 'size';
  const names = unique(cells.flatMap(({ params }) => Object.keys(params)));
  const numbers = names.filter((name) => values(name).every((value) => typeof value === 'number'));
  return numbers.reduce((most, name) => (values(name).length > values(most).length ? name : most), 'size');
}

/** The factors in a table's title. The kernel and the experiment's own factors are shown only if they vary. */
function factorsShown(cells: readonly Cell[], by: string): string[] {
  const always = ['workload', 'topology', 'clock', 'idle'];
  const others = unique(cells.flatMap(({ params }) => Object.keys(params))).filter(
    (name) => name !== 'size' && name !== by && !always.includes(name),
  );
  const varying = others.filter((name) => unique(cells.map(({ params }) => params[name])).length > 1);
  return ['workload', ...varying, 'topology', 'clock', 'idle'];
}

/** A comparison of two kernels: one metric of one workload and topology, by size and variant. */
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
  return [...groups].map(([title, members]) => ({
    title,
    rows: members.map((ratio) => ({ variant: `${ratio.params['variant']}`, ratio })),
  }));
}
