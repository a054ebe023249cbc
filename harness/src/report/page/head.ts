import type { Summary } from '../../measure/summary.ts';
import type { Told } from '../answer.ts';
import { acceleratorText, type RunFacts } from '../facts.ts';
import { plural } from '../format.ts';
import { verdictCounts } from './claims.ts';
import { failedProofs } from './evidence.ts';
import { type Html, html } from './html.ts';
import { platformNotice } from './platform.ts';

/** The first screen: the answer, the figure that shows it, and how many claims held. */
export function head(summary: Summary, facts: RunFacts, { sentence, behind }: Told, figure: Html): Html {
  const { experiment, profile, warnings } = summary;
  const { date, commit, memoryPath, qemuVersion, kernelId } = facts;
  return html`<header><h1><span class="muted">${experiment}</span> ${sentence}</h1>
<p class="small">${behind}</p>
${failedProofs(summary)}
${figure}
${verdictCounts(summary)}
<p class="muted small">${profile} profile · ${date.slice(0, 10)} ${date.slice(11, 16)} UTC · zerohop <code>${commit.slice(0, 12)}</code> · ${acceleratorText(facts, summary.cells)} · memory path ${memoryPath} · QEMU ${qemuVersion} · kernel <code>${kernelId}</code></p>
${warnings.length === 0 ? '' : html`<p class="small"><a href="#warnings">${plural(warnings.length, 'warning')}</a></p>`}
${platformNotice(summary, facts)}</header>`;
}

/** Links to the sections that the page has. */
export function contents(sections: readonly Html[]): Html {
  const found = sections.flatMap(({ text }) => {
    const [, id = '', title = ''] = /^<section id="([\w-]+)"><h2>([^<]*)<\/h2>/.exec(text) ?? [];
    return id === '' ? [] : [html`<li><a href="#${id}">${title}</a></li>`];
  });
  return html`<nav aria-label="Contents"><ul>${found}</ul></nav>`;
}
