import { amount } from '../../report/format.ts';
import { type Html, html } from '../../report/page/html.ts';
import { bisectCommand } from '../bisect-command.ts';
import { percent } from './causes.ts';
import { cellFigure } from './cell-figure.ts';
import { frame } from './frame.ts';
import type { CellState } from './state.ts';

/** One cell: what is wrong with it, its figure, and each night. `hasRun` tells whether a run's folder is at hand. */
export async function cellPage(state: CellState, hasRun: (run: string) => boolean): Promise<string> {
  const { title, suspects, level, floor } = state;
  const figure = await cellFigure(state);
  return frame(title, [
    html`<header><p class="small"><a href="../index.html">All cells</a></p><h1>${title}</h1>
<p>${standing(state)}</p></header>`,
    html`<figure>${figure}<figcaption>Points: the median of a night's boots, with their range. Grey band: the level ${amount(level)} with the noise floor of ${percent(floor)}. Dashed: the first night of a loss, of an accepted change, or of this testbed.</figcaption></figure>`,
    suspects.length === 0
      ? html``
      : html`<section id="commands"><h2>To find the commit</h2>${suspects.map((suspect) => html`<pre>${bisectCommand(suspect)}</pre>`)}</section>`,
    nightsTable(state, hasRun),
  ]);
}

function standing({ suspects, level, entries }: CellState): string {
  const now = entries.at(-1)?.median ?? level;
  const [first] = suspects;
  if (first === undefined)
    return `At its level: ${amount(now)} in the last night, ${percent(now / level - 1)} off.`;
  const off = now / first.before - 1;
  const side = off < 0 ? 'below' : 'above';
  return `${percent(Math.abs(off))} ${side} its level in the last night, since ${first.firstAfter.commit.slice(0, 10)}.`;
}

function nightsTable({ earlier, entries, level }: CellState, hasRun: (run: string) => boolean): Html {
  const rows = [...earlier, ...entries].toReversed().map((entry) => {
    const run = hasRun(entry.run)
      ? html`<a href="../../runs/${entry.run}/report.html">${entry.run}</a>`
      : html`${entry.run}`;
    return html`<tr><td>${entry.at.slice(0, 10)}</td><td class="number">${amount(entry.median)}</td><td class="number">${amount(entry.lo)} to ${amount(entry.hi)}</td><td class="number">${percent(entry.median / level - 1)}</td><td><code>${entry.commit.slice(0, 10)}</code></td><td>${run}</td><td><code>${entry.testbedId.slice(0, 8)}</code></td></tr>
`;
  });
  const names = ['night', 'median', 'range', 'off the level', 'commit', 'run', 'testbed'];
  return html`<section id="nights"><h2>Nights</h2><div class="scroll" tabindex="0"><table><thead><tr>${names.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
