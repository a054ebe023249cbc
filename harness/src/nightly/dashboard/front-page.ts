import { amount, plural, times } from '../../report/format.ts';
import { type Html, html } from '../../report/page/html.ts';
import { causesOf, causeText, percent } from './causes.ts';
import { frame } from './frame.ts';
import type { Headline } from './headlines.ts';
import { sparkline } from './sparkline.ts';
import { type CellState, lastNight, type TestbedHistory } from './state.ts';

export interface FrontPage {
  states: readonly CellState[];
  headlines: readonly Headline[];
  histories: readonly TestbedHistory[];
}

/** What is wrong tonight, a sentence a cause; then the ratios that people ask for, testbeds, and all cells. */
export function frontPage({ states, headlines, histories }: FrontPage): string {
  const causes = causesOf(states);
  const night = histories.map(lastNight).sort().at(-1) ?? '';
  const lost = states.filter(({ suspects }) => suspects.length > 0).length;
  const sentence =
    causes.length === 0
      ? `Nothing is wrong: ${plural(states.length, 'cell')} at their level`
      : `${lost} of ${plural(states.length, 'cell')} lost their level, by ${plural(causes.length, 'cause')}`;
  return frame(sentence, [
    html`<header><h1><span class="muted">zerohop nightly, ${night.slice(0, 10)}</span> ${sentence}</h1>
${causes.map((cause) => html`<p class="notice failed">${causeText(cause)}</p>`)}
${causes.length === 0 ? '' : html`<p class="muted small">A loss is a suspicion until two more runs confirm it: the nightly's own output names the confirmed ones.</p>`}</header>`,
    headlineTable(headlines),
    cellTable(states),
    testbedTable(histories),
  ]);
}

function headlineTable(headlines: readonly Headline[]): Html {
  if (headlines.length === 0) return html``;
  const rows = headlines.map(({ claim, numerator, ratios }) => {
    const last = ratios.findLast((ratio) => ratio !== null) ?? Number.NaN;
    return html`<tr><td><a href="cells/${numerator.id}.html">${shortened(claim.statement)}</a></td><td class="number">${times(last)}</td><td>${sparkline(ratios, `${claim.id}: the last ${ratios.length} nights`)}</td></tr>
`;
  });
  return html`<section id="ratios"><h2>Ratios</h2><div class="scroll"><table><thead><tr><th>claim</th><th>last night</th><th>90 nights</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** Without the published rates in brackets. */
const shortened = (statement: string) => statement.replace(/ \([^)]*\)$/, '');

function cellTable(states: readonly CellState[]): Html {
  const worst = states.toSorted(
    (a, b) => b.suspects.length - a.suspects.length || (a.title < b.title ? -1 : 1),
  );
  const rows = worst.map(({ id, title, entries, level, floor, suspects }) => {
    const now = entries.at(-1)?.median ?? level;
    const verdict =
      suspects.length > 0
        ? html`<td class="verdict not-reproduced">lost</td>`
        : html`<td class="verdict ok">ok</td>`;
    return html`<tr><td><a href="cells/${id}.html">${title}</a></td>${verdict}<td class="number">${amount(now)}</td><td class="number">${percent(now / level - 1)}</td><td class="number">${percent(floor)}</td></tr>
`;
  });
  const names = ['cell', 'state', 'last night', 'off its level', 'noise floor'];
  return html`<section id="cells"><h2>Cells</h2><div class="scroll"><table><thead><tr>${names.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function testbedTable(histories: readonly TestbedHistory[]): Html {
  const rows = histories.map((history) => {
    const nights = new Set(history.series.flatMap(({ entries }) => entries.map(({ run }) => run))).size;
    return html`<tr><td>${history.experiment}</td><td><code>${history.testbedId}</code></td><td class="number">${nights}</td><td>${lastNight(history).slice(0, 10)}</td></tr>
`;
  });
  return html`<section id="testbeds"><h2>Testbeds</h2><div class="scroll"><table><thead><tr><th>experiment</th><th>testbed</th><th>nights</th><th>last</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
