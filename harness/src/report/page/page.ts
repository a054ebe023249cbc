import type { Summary } from '../../measure/summary.ts';
import { acceleratorText, type RunFacts } from '../facts.ts';
import { plural } from '../format.ts';
import { cellsSection } from './cells.ts';
import { claimsSection, verdictCounts } from './claims.ts';
import { failedProofs, proofsSection, unavailableSection, warningsSection } from './evidence.ts';
import { Html, html } from './html.ts';
import { environmentSection, platformNotice } from './platform.ts';
import { kernelsSection, ratiosSection } from './ratios.ts';
import { style } from './style.ts';

/** report.html: one file, without scripts and without external resources. */
export function page(summary: Summary, facts: RunFacts, figures: readonly Html[]): string {
  const { experiment, profile, warnings } = summary;
  const day = facts.date.slice(0, 10);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${experiment}, ${day} · zerohop</title><style>${new Html(style)}</style></head><body><main>
<header><h1>${experiment}</h1>
<p>${profile} profile · ${day} ${facts.date.slice(11, 16)} UTC · zerohop <code>${facts.commit.slice(0, 12)}</code></p>
<p class="muted small">${acceleratorText(facts, summary.cells)} · memory path ${facts.memoryPath} · QEMU ${facts.qemuVersion} · kernel <code>${facts.kernelId}</code></p>
${verdictCounts(summary)}${platformNotice(summary, facts)}${failedProofs(summary)}
${warnings.length === 0 ? '' : html`<p class="small"><a href="#warnings">${plural(warnings.length, 'warning')}</a></p>`}</header>
${claimsSection(summary)}
${kernelsSection(summary)}
${figures}
${cellsSection(summary, facts)}
${ratiosSection(summary)}
${proofsSection(summary)}
${unavailableSection(summary)}
${warningsSection(summary)}
${environmentSection(facts)}
</main></body></html>
`.text;
}
