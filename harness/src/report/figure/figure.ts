import type { Claim } from '../../experiment/claim.ts';
import type { PlotSpec } from '../../experiment/experiment.ts';
import type { Cell, Summary } from '../../measure/summary.ts';
import { acceleratorText, clockText, intervalText, type RunFacts, replication } from '../facts.ts';
import { groupBy, unique } from '../group.ts';
import type { Absence } from './absent.ts';
import { ladder } from './ladder.ts';
import { lines } from './lines.ts';
import { selected } from './panels.ts';
import { speedup } from './speedup.ts';

/** What is drawn of one PlotSpec: views of vega-lite, told by a caption. No views: the run holds nothing to draw. */
export interface Figure {
  id: string;
  title: string;
  caption: string[];
  views: View[];
  absent: Absence[];
  /** What a reader must know to read this kind of figure. */
  key?: string;
}

/** A part of a vega-lite specification; vega-lite checks it when the figure is compiled. */
export type View = Record<string, unknown>;

export interface FigureInput {
  spec: PlotSpec;
  summary: Summary;
  claims: readonly Claim[];
  layout: Layout;
  facts: RunFacts;
}

export type Drawing = Pick<Figure, 'views' | 'absent' | 'key'>;

/** wide: two panels a row, for files and desks. narrow: one, for phones. */
export const layouts = {
  wide: { columns: 2, plotWidth: 288, loneWidth: 620, plotHeight: 250, captionChars: 118 },
  narrow: { columns: 1, plotWidth: 212, loneWidth: 212, plotHeight: 250, captionChars: 60 },
} as const;
export type Layout = (typeof layouts)[keyof typeof layouts];

const kinds: Record<PlotSpec['kind'], (input: FigureInput) => Drawing> = {
  'by-size': lines,
  speedup,
  ladder: (input) => ladder(input, 'baseline'),
  instructions: (input) => ladder(input, 'zero'),
};

export function figure(input: FigureInput): Figure {
  const { spec, summary, facts } = input;
  const drawing = kinds[spec.kind](input);
  const cells = selected(spec, summary.cells);
  return { id: spec.id, title: spec.title, caption: caption(cells, drawing, facts), ...drawing };
}

/** How much stands behind a figure, where and when it was measured. */
function caption(cells: readonly Cell[], { key }: Drawing, facts: RunFacts): string[] {
  if (cells.length === 0) return [];
  const clocks = unique(cells.map((cell) => clockText(facts, cell.params)));
  const where = [
    acceleratorText(facts, cells),
    `memory path ${facts.memoryPath}`,
    `QEMU ${facts.qemuVersion}`,
  ];
  const when = [facts.date.slice(0, 10), `zerohop ${facts.commit.slice(0, 12)}`];
  return [
    `${replication(cells)} · ${intervalText(cells)} · ${clocks.join(' and ')}`,
    [...where, ...when].join(' · '),
    ...(key === undefined ? [] : [key]),
    ...workloadLine(cells),
    ...(cells.some(({ basis }) => basis === 'serialised') ? [serialised] : []),
    ...(cells.some(isCountedByCpu) ? [countedByCpu] : []),
  ];
}

const isCountedByCpu = ({ metric, params }: Cell) =>
  metric === 'instructions_per_txn' && params.clock === 'wall';

const countedByCpu =
  'Wall clock: instructions as the CPUs themselves count them; a side that spins while it waits executes some';

const serialised =
  'Serialised: two sides that work in parallel take turns on this clock; it explains, it does not decide';

/** Which program drove which line, where there is more than one. */
function workloadLine(cells: readonly Cell[]): string[] {
  const byWorkload = groupBy(cells, (cell) => cell.params.workload);
  if (byWorkload.size < 2) return [];
  const parts = [...byWorkload].map(
    ([workload, own]) => `${workload}: ${unique(own.map((cell) => cell.variant)).join(', ')}`,
  );
  return [parts.join(' · ')];
}
