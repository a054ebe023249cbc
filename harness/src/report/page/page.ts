import type { Summary } from '../../measure/summary.ts';
import type { Told } from '../answer.ts';
import type { RunFacts } from '../facts.ts';
import { cellsSection } from './cells.ts';
import { barsSection, claimsSection, type Shown } from './claims.ts';
import { proofsSection, unavailableSection, warningsSection } from './evidence.ts';
import { contents, head } from './head.ts';
import { Html, html } from './html.ts';
import { againSection, environmentSection } from './platform.ts';
import { kernelsSection, ratiosSection } from './ratios.ts';
import { style } from './style.ts';

export interface PageInput {
  summary: Summary;
  facts: RunFacts;
  told: Told;
  shown: Shown;
  /** The figure that shows the answer; empty if the run has none. */
  figure: Html;
  /** The sections of the other figures. */
  figures: readonly Html[];
}

/** report.html: one file, without scripts and without external resources. */
export function page({ summary, facts, told, shown, figure, figures }: PageInput): string {
  const sections = [
    claimsSection(summary, shown),
    barsSection(summary, shown),
    kernelsSection(summary),
    ...figures,
    cellsSection(summary, facts),
    ratiosSection(summary),
    proofsSection(summary),
    unavailableSection(summary),
    warningsSection(summary),
    environmentSection(summary, facts),
    againSection(facts),
  ];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${summary.experiment}, ${facts.date.slice(0, 10)} · zerohop</title><style>${new Html(style)}</style></head><body><main>
${head(summary, facts, told, figure)}
${contents(sections)}
${sections.map(
  (section) => html`${section}
`,
)}</main></body></html>
`.text;
}
