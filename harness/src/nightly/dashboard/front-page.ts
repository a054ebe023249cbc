import { amount, plural, times } from '../../report/format.ts';
import { type Html, html } from '../../report/page/html.ts';
import type { PartTime } from '../../store/part-times.ts';
import type { RegressionRecord } from '../../store/regressions.ts';
import { isOpen } from '../records.ts';
import { type Cause, causesOf, causeText, percent } from './causes.ts';
import { feedFile } from './feed.ts';
import { frame } from './frame.ts';
import type { Headline } from './headlines.ts';
import { sparkline } from './sparkline.ts';
import { type CellState, lastNight, type TestbedHistory } from './state.ts';

export interface FrontPage {
  states: readonly CellState[];
  headlines: readonly Headline[];
  histories: readonly TestbedHistory[];
  records: readonly RegressionRecord[];
  times: readonly PartTime[];
}

/** The page says what is wrong tonight, a sentence a cause; then come headline ratios, testbeds and all cells. */
export function frontPage({ states, headlines, histories, records, times }: FrontPage): string {
  const causes = causesOf(states);
  const night = histories.map(lastNight).sort().at(-1) ?? '';
  const lost = states.filter(({ suspects }) => suspects.length > 0).length;
  const sentence =
    causes.length === 0
      ? `Nothing is wrong: ${plural(states.length, 'cell')} at their level`
      : `${lost} of ${plural(states.length, 'cell')} lost their level, by ${plural(causes.length, 'cause')}`;
  return frame(sentence, [
    html`<header><h1><span class="muted">zerohop nightly, ${night.slice(0, 10)}</span> ${sentence}</h1>
${causes.map((cause) => html`<p class="notice failed">${causeText(cause)} ${beliefText(cause, records)}</p>`)}</header>`,
    headlineTable(headlines),
    cellTable(states),
    testbedTable(histories),
    timeTable(times),
    html`<p class="small"><a href="${feedFile}">Feed of confirmed regressions</a></p>`,
  ]);
}

/** Why a loss is believed: the last line of its record. */
function beliefText({ firstBad }: Cause, records: readonly RegressionRecord[]): string {
  const record = records.findLast((one) => one.firstBad === firstBad && isOpen(one.state));
  if (record?.proof == null) return 'A suspicion, not proved yet.';
  const { proof, culprit } = record;
  if (!proof.confirmed) return `A suspicion, not confirmed: ${proof.why}.`;
  return `Confirmed: ${proof.why}${culprit === null ? '' : `; caused by ${culprit.slice(0, 10)}`}.`;
}

function timeTable(times: readonly PartTime[]): Html {
  if (times.length === 0) return html``;
  const last = [...new Map(times.map((time) => [time.part, time])).values()];
  const rows = last.map(({ part, at, minutes }) => {
    const took = minutes === null ? 'no room' : `${minutes.toFixed(1)} min`;
    return html`<tr><td>${part}</td><td class="number">${took}</td><td>${at.slice(0, 10)}</td></tr>
`;
  });
  return html`<section id="time"><h2>Time</h2><div class="scroll" tabindex="0"><table><thead><tr><th>part</th><th>took</th><th>night</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function headlineTable(headlines: readonly Headline[]): Html {
  if (headlines.length === 0) return html``;
  const rows = headlines.map(({ claim, numerator, ratios }) => {
    const last = ratios.findLast((ratio) => ratio !== null) ?? Number.NaN;
    return html`<tr><td><a href="cells/${numerator.id}.html">${shortened(claim.statement)}</a></td><td class="number">${times(last)}</td><td>${sparkline(ratios, `${claim.id}: the last ${ratios.length} nights`)}</td></tr>
`;
  });
  return html`<section id="ratios"><h2>Ratios</h2><div class="scroll" tabindex="0"><table><thead><tr><th>claim</th><th>last night</th><th>90 nights</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
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
  return html`<section id="cells"><h2>Cells</h2><div class="scroll" tabindex="0"><table><thead><tr>${names.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function testbedTable(histories: readonly TestbedHistory[]): Html {
  const rows = histories.map((history) => {
    const nights = new Set(history.series.flatMap(({ entries }) => entries.map(({ run }) => run))).size;
    return html`<tr><td>${history.experiment}</td><td><code>${history.testbedId}</code></td><td class="number">${nights}</td><td>${lastNight(history).slice(0, 10)}</td></tr>
`;
  });
  return html`<section id="testbeds"><h2>Testbeds</h2><div class="scroll" tabindex="0"><table><thead><tr><th>experiment</th><th>testbed</th><th>nights</th><th>last</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
