import type { Summary } from '../../measure/summary.ts';
import { intervalText, isEmulated, type RunFacts, replication } from '../facts.ts';
import { amount, cellInterval, comparisonText, digits, interval, plural } from '../format.ts';
import { type CellGroup, type CellRow, cellGroups } from '../groups.ts';
import { stylesOf, type VariantStyle } from '../palette.ts';
import { type Html, html } from './html.ts';

/** Up to this many tables are shown unfolded. */
const openGroups = 4;

/** All cells, with a folding table for each workload, topology, clock and metric. */
export function cellsSection(summary: Summary, facts: RunFacts): Html {
  const groups = cellGroups(summary, facts);
  const styles = stylesOf(summary.cells.map(({ variant }) => variant));
  if (groups.length === 0) return html``;
  return html`<section id="cells"><h2>Cells</h2>
<p class="muted small">Bars compare the variants at one size. Ratios are paired by boot. Grey numbers come from emulated CPUs.</p>
${groups.map((group, at) => groupTable(group, at < openGroups, facts, styles))}</section>`;
}

/** The anchor of a group's table. */
export function cellsAnchor({ title, metric }: CellGroup): string {
  return `cells-${`${title} ${metric}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
}

function groupTable(
  group: CellGroup,
  open: boolean,
  facts: RunFacts,
  styles: ReadonlyMap<string, VariantStyle>,
): Html {
  const cells = group.rows.map(({ cell }) => cell);
  const serialised = cells.some(({ basis }) => basis !== undefined)
    ? html` · serialised: two sides that work in parallel take turns on this clock, so these cells explain and do not decide`
    : html``;
  const denominator = group.rows.find(({ ratio }) => ratio !== undefined)?.ratio?.denominator ?? 'baseline';
  return html`<details id="${cellsAnchor(group)}"${open ? html` open` : html``}><summary><b>${group.title}</b> · ${group.metric}</summary>
<p class="muted small">${replication(cells)} · ${intervalText(cells)}${serialised}</p>
<div class="scroll" tabindex="0"><table class="sizes"><thead><tr><th class="right">${group.by}</th><th>variant</th><th class="right">median</th><td></td><th>interval</th><th class="right">× ${denominator}</th><th>interval</th><th>note</th></tr></thead>
<tbody>${group.rows.map((row, at) => cellRow(row, group.rows[at - 1], facts, styles))}</tbody></table></div></details>
`;
}

function cellRow(
  { cell, at, ratio, share }: CellRow,
  previous: CellRow | undefined,
  facts: RunFacts,
  styles: ReadonlyMap<string, VariantStyle>,
): Html {
  const next = previous !== undefined && previous.at !== at ? 'next' : '';
  const grey = isEmulated(facts, cell.params) ? 'grey' : '';
  const tint = styles.get(cell.variant)?.tint;
  const bar = `width:${(share * 100).toFixed(1)}%;--tint:${tint?.light};--tint-dark:${tint?.dark}`;
  const notes = [
    comparisonText(ratio?.comparison, cell.metric),
    cell.precise || cell.boots < 2 ? '' : 'imprecise',
    cell.outliers ? plural(cell.outliers, 'outlier') : '',
  ].filter((note) => note !== '');
  return html`<tr class="${next}"><td class="right number">${at}</td><td>${cell.variant}</td>
<td class="right number ${grey}">${amount(cell.median)}</td><td class="bars"><span class="bar" style="${bar}"></span></td>
<td class="number ${grey}">${cellInterval(cell)}</td><td class="right number"><b>${ratio && digits(ratio.value)}</b></td><td class="number">${ratio && interval(ratio)}</td><td class="muted small">${notes.join(', ')}</td></tr>
`;
}
