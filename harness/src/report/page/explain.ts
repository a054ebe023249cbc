import type { ExplainRow } from '../../store/explain-rows.ts';
import { type CostLine, columnsOf, costLines, shortened } from '../explain/rows.ts';
import { costText } from '../explain/table.ts';
import { type DrawnFigure, figurePart } from './figures.ts';
import { type Html, html } from './html.ts';

/** Where a transaction's instructions go: a figure, a table by group, and (folded) a table by symbol. */
export async function explainSection(rows: readonly ExplainRow[], figure: DrawnFigure): Promise<Html> {
  const variants = columnsOf(rows);
  return html`<section id="explain"><h2>Where the instructions go</h2>${await figurePart(figure)}
${costTable('group', variants, costLines(rows, 'group'))}
<details><summary>By symbol</summary>${costTable('symbol', variants, shortened(costLines(rows, 'symbol'), 60))}</details></section>`;
}

function costTable(by: 'group' | 'symbol', variants: readonly string[], lines: readonly CostLine[]): Html {
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th>${by}</th>${by === 'symbol' ? html`<th>group</th>` : ''}${variants.map((variant) => html`<th class="right">${variant}</th>`)}</tr></thead>
<tbody>${lines.map(
    ({
      name,
      group,
      costs,
    }) => html`<tr><td><code>${name}</code></td>${by === 'symbol' ? html`<td class="muted small">${group}</td>` : ''}${costs.map((cost) => html`<td class="right number">${costText(cost)}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
