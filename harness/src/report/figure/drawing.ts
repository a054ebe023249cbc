import type { Claim } from '../../experiment/claim.ts';
import type { PlotSpec } from '../../experiment/experiment.ts';
import type { Summary } from '../../measure/summary.ts';
import type { RunFacts } from '../facts.ts';
import type { Absence } from './absent.ts';

/** The drawing of one PlotSpec: vega-lite views and a caption. Without views, the run has nothing to draw. */
export interface Figure {
  id: string;
  title: string;
  caption: string[];
  views: View[];
  absent: Absence[];
  /** Explains the marks of this kind of figure. */
  key?: string;
}

/** A part of a vega-lite specification. Vega-lite checks it when it compiles the figure. */
export type View = Record<string, unknown>;

export interface FigureInput {
  spec: PlotSpec;
  summary: Summary;
  claims: readonly Claim[];
  layout: Layout;
  facts: RunFacts;
}

export type Drawing = Pick<Figure, 'views' | 'absent' | 'key'>;

/** wide: two panels a row, for files and large screens. narrow: one panel a row, for phones. */
export const layouts = {
  wide: { columns: 2, plotWidth: 288, loneWidth: 620, plotHeight: 250, captionChars: 118 },
  narrow: { columns: 1, plotWidth: 212, loneWidth: 212, plotHeight: 250, captionChars: 60 },
} as const;
export type Layout = (typeof layouts)[keyof typeof layouts];
