import type { PlotSpec } from '../../experiment/experiment.ts';
import { groupBy, unique } from '../../measure/group.ts';
import type { Cell } from '../../measure/summary.ts';
import { acceleratorText, clockText, intervalText, type RunFacts, replication } from '../facts.ts';
import type { Drawing, Figure, FigureInput } from './drawing.ts';
import { ladder } from './ladder.ts';
import { lines } from './lines.ts';
import { selected } from './panels.ts';
import { speedup } from './speedup.ts';

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
  return { id: spec.id, title: spec.title, caption: caption(cells, drawing, spec, facts), ...drawing };
}

/** The caption: replication, testbed, date. */
function caption(cells: readonly Cell[], { key }: Drawing, { note }: PlotSpec, facts: RunFacts): string[] {
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
    ...(note === undefined ? [] : [note]),
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

/** The workload; the variants of each, if there are several. */
function workloadLine(cells: readonly Cell[]): string[] {
  const byWorkload = groupBy(cells, (cell) => cell.params.workload);
  if (byWorkload.size < 2) return [`Workload: ${[...byWorkload.keys()].join()}`];
  const parts = [...byWorkload].map(
    ([workload, members]) => `${workload}: ${unique(members.map((cell) => cell.variant)).join(', ')}`,
  );
  return [parts.join(' · ')];
}
