import { groupBy, unique } from '../../measure/group.ts';
import type { Summary } from '../../measure/summary.ts';
import { factorText } from '../figure/panels.ts';
import { plural } from '../format.ts';
import { type Html, html } from './html.ts';

/** A notice at the head of the page: the cells of a failed proof are worthless. */
export function failedProofs({ proofs }: Summary): Html {
  const failed = proofs.filter(({ ok }) => !ok).length;
  if (failed === 0) return html``;
  return html`<p class="notice failed"><a href="#proofs">${failed} of ${plural(proofs.length, 'proof')} failed</a>: those cells did not run what their name says.</p>`;
}

export function proofsSection({ proofs }: Summary): Html {
  if (proofs.length === 0) return html``;
  const failed = proofs.filter(({ ok }) => !ok);
  const counts = `${plural(proofs.length, 'proof')} that the mechanism under test carried the bytes, ${failed.length || 'none'} failed`;
  return html`<section id="proofs"><h2>Proofs</h2><details${failed.length > 0 ? html` open` : ''}><summary>${counts}</summary>
<div class="scroll" tabindex="0"><table><thead><tr><th>verdict</th><th>variant</th><th>where</th><th>proof</th><th>expected</th><th>observed</th></tr></thead>
<tbody>${[...failed, ...proofs.filter(({ ok }) => ok)].map(proofRow)}</tbody></table></div></details></section>`;
}

function proofRow({ variant, params, name, ok, expected, observed }: Summary['proofs'][number]): Html {
  const verdict = ok ? html`<span class="ok">passed</span>` : html`<span class="verdict">failed</span>`;
  return html`<tr class="${ok ? '' : 'failed'}"><td>${verdict}</td><td>${variant}</td><td>${place(params)}</td><td>${name}</td><td>${expected}</td><td>${observed}</td></tr>
`;
}

/** The requested cells that could not be measured, by reason. */
export function unavailableSection({ unavailable }: Summary): Html {
  if (unavailable.length === 0) return html``;
  const byWhy = groupBy(unavailable, ({ variant, why }) => JSON.stringify([variant, why]));
  const lines = [...byWhy.values()].map((members) => {
    const places = unique(members.map(({ params }) => place(params))).filter((text) => text !== '');
    const where = places.length === 0 ? '' : html` <span class="muted small">(${places.join('; ')})</span>`;
    return html`<li><b>${members[0]?.variant}</b>: ${members[0]?.why}${where}</li>`;
  });
  return html`<section id="unavailable"><h2>Not available</h2><ul>${lines}</ul></section>`;
}

export function warningsSection({ warnings }: Summary): Html {
  if (warnings.length === 0) return html``;
  return html`<section id="warnings"><h2>Warnings</h2><ul>${warnings.map((text) => html`<li>${text}</li>`)}</ul></section>`;
}

function place(params: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(params).map(([name, value]) => factorText(name, value));
  return parts.filter((text) => text !== '').join(' · ');
}
