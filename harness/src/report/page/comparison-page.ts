import { isEqual, worstFirst } from '../../measure/between.ts';
import type { ComparedRuns } from '../../store/compare-runs.ts';
import type { ExplainedVariant } from '../../store/explain-runs.ts';
import { comparisonHead, comparisonRow, notesOn, summarySentence } from '../comparison.ts';
import { differenceHead, differenceNote, differenceRows, variantText } from '../explain/difference.ts';
import { plural } from '../format.ts';
import { Html, html } from './html.ts';
import { style } from './style.ts';

/** The comparison of two runs as a page: the sentence first, equal cells folded. */
export function comparisonPage(compared: ComparedRuns, explained: readonly ExplainedVariant[] = []): string {
  const moved = worstFirst(compared.cells).map(comparisonRow);
  const equal = compared.cells.filter(isEqual).map(comparisonRow);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${compared.before.experiment}: B against A · zerohop</title><style>${new Html(style)}</style></head><body><main>
<header><h1><span class="muted">${compared.before.experiment}, two runs</span> ${summarySentence(compared)}</h1></header>
${moved.length === 0 ? '' : html`<section id="moved"><h2>Cells that moved, worst first</h2>${table(moved)}</section>`}
${explained.length === 0 ? '' : explainedPart(explained)}
<section id="runs"><h2>The two runs</h2><ul>${notesOn(compared).map((note) => html`<li>${note}</li>`)}</ul></section>
${equal.length === 0 ? '' : html`<section id="equal"><h2>Equal cells</h2><details><summary>${plural(equal.length, 'cell')}</summary>${table(equal)}</details></section>`}
</main></body></html>
`.text;
}

function explainedPart(variants: readonly ExplainedVariant[]): Html {
  return html`<section id="explain"><h2>Where the instructions differ</h2><p>${differenceNote}</p>
${variants.map((variant) => html`<h3>${variantText(variant)}</h3>${differenceTable(variant)}\n`)}</section>`;
}

function differenceTable(variant: ExplainedVariant): Html {
  const rows = differenceRows(variant, 40);
  if (rows.length === 0) return html`<p class="muted">No symbol differs.</p>`;
  const row = ([name, ...costs]: string[]) =>
    html`<tr><td><code>${name}</code></td>${costs.map((cost) => html`<td class="right number">${cost}</td>`)}</tr>\n`;
  return html`<div class="scroll" tabindex="0"><table><thead><tr>${differenceHead.map((name, at) => html`<th class="${at === 0 ? '' : 'right'}">${name}</th>`)}</tr></thead>
<tbody>${rows.map(row)}</tbody></table></div>`;
}

const verdictColumn = comparisonHead.length - 1;
/** On a phone each row is a card; cell, metric and verdict say themselves what they are. */
const labels = comparisonHead.map((name) => (['A', 'B', 'B/A'].includes(name) ? name : ''));

function table(rows: readonly string[][]): Html {
  return html`<div class="scroll" tabindex="0"><table class="cards"><thead><tr>${comparisonHead.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (
      row,
    ) => html`<tr>${row.map((text, at) => html`<td class="${at === verdictColumn ? className(text) : 'number'}" data-label="${labels[at] ?? ''}">${text}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

/** Losses red, gains green. */
function className(verdict: string): string {
  if (/^(slower|worse)/.test(verdict)) return 'verdict not-reproduced';
  return /^(faster|better)/.test(verdict) ? 'verdict reproduced' : 'verdict inconclusive';
}
