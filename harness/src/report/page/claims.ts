import { type ClaimResult, type Summary, verdicts } from '../../measure/summary.ts';
import { digits, interval, plural, verdictText } from '../format.ts';
import { type Html, html } from './html.ts';

/** The number of claims with each verdict, at the head of the page; published figures and bars separately. */
export function verdictCounts({ claims }: Summary): Html {
  const isBar = ({ kind }: ClaimResult) => kind === 'bar';
  return html`${chips(
    'Published claims',
    claims.filter((claim) => !isBar(claim)),
  )}${chips('Our own bars', claims.filter(isBar))}`;
}

function chips(title: string, claims: readonly ClaimResult[]): Html {
  const present = verdicts.filter((verdict) => claims.some((claim) => claim.verdict === verdict));
  const chip = (verdict: ClaimResult['verdict']) => {
    const members = claims.filter((claim) => claim.verdict === verdict);
    const text = verdictText({ kind: members[0]?.kind ?? 'about', verdict }).replace('bar ', '');
    return html`<li><span class="verdict ${className(verdict)}">${members.length} ${text}</span></li>`;
  };
  return present.length === 0
    ? html``
    : html`<ul class="chips"><li class="title">${title}</li>${present.map(chip)}</ul>`;
}

/** Published and measured figures with verdicts and reasons. Claims that were not measured are folded. */
export function claimsSection({ claims, profile }: Summary): Html {
  if (claims.length === 0) return html``;
  const judged = verdicts.flatMap((verdict) => claims.filter((claim) => claim.verdict === verdict));
  const measured = judged.filter((claim) => claim.measured !== null);
  const rest = judged.filter((claim) => claim.measured === null);
  return html`<section id="claims"><h2>Claims</h2>
${profile === 'smoke' ? html`<p class="muted small">A smoke run judges nothing.</p>` : ''}
${measured.length === 0 ? '' : claimsTable(measured)}
${rest.length === 0 ? '' : html`<details><summary>${plural(rest.length, 'claim')} not measured</summary>${claimsTable(rest)}</details>`}</section>`;
}

function claimsTable(claims: readonly ClaimResult[]): Html {
  return html`<table class="cards">
<thead><tr><th>claim</th><th class="right">published, or bar</th><th class="right">measured</th><th>interval</th><th>verdict</th></tr></thead>
<tbody>${claims.map(claimRow)}</tbody></table>`;
}

function claimRow({ id, statement, kind, clock, published, measured, verdict, why }: ClaimResult): Html {
  return html`<tr><td>${statement}<br><span class="muted small"><code>${id}</code> · ${kind}, judged on the ${clock} clock · ${why}</span></td>
<td class="right number" data-label="${kind === 'bar' ? 'bar' : 'published'}">${digits(published)}</td>
<td class="right number" data-label="measured">${measured === null ? '–' : digits(measured.value)}</td>
<td class="number" data-label="interval">${measured === null ? '–' : interval(measured)}</td>
<td><span class="verdict ${className(verdict)}">${verdictText({ kind, verdict })}</span></td></tr>
`;
}

const className = (verdict: string) => verdict.replaceAll(' ', '-');
