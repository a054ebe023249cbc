import type { Claim } from '../../experiment/claim.ts';
import type { Answer, PlotSpec } from '../../experiment/experiment.ts';
import { matches } from '../../measure/params.ts';
import type { Summary } from '../../measure/summary.ts';
import type { RunFacts } from '../facts.ts';
import { cellGroups } from '../groups.ts';
import { cellsAnchor } from './cells.ts';
import type { Shown } from './claims.ts';

interface Sided extends Claim {
  cell?: { metric: string; variant?: string | undefined } | undefined;
}

/** Finds the figure and the table on the page that show what a claim is about. */
export function evidenceIn(
  summary: Summary,
  facts: RunFacts,
  plots: readonly PlotSpec[],
  answer: Answer | undefined,
): Omit<Shown, 'claims'> {
  const groups = cellGroups(summary, facts);
  const cellsOf = (claim: Sided) => {
    const where: Readonly<Record<string, unknown>> = { ...claim.where, clock: claim.clock };
    const { variant: _of, kernel: _on, ...place } = where;
    return groups.find(({ rows }) =>
      rows.some(({ cell }) => cell.metric === metricOf(claim) && matches(cell.params, place)),
    );
  };
  return {
    anchorsOf: (claim) => {
      const cells = cellsOf(claim);
      const figure = plots.find((plot) => plot.metric === metricOf(claim) && agrees(plot.where, claim));
      return {
        figure: figure && `plot-${figure.id}`,
        cells: cells && cellsAnchor(cells),
      };
    },
    isAboutAnswer: (claim) =>
      answer !== undefined && metricOf(claim) === answer.metric && matches(claim.where, answer.where),
  };
}

const metricOf = ({ ratio, cell }: Sided) => ratio?.metric ?? cell?.metric;

/** Whether a figure's choice of cells leaves room for the claim's. */
function agrees(where: PlotSpec['where'], { where: place, clock }: Claim): boolean {
  const asked: Readonly<Record<string, unknown>> = { ...place, clock };
  return Object.entries(where).every(([name, value]) => asked[name] === undefined || asked[name] === value);
}
