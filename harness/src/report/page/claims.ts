import type { Claim } from '../../experiment/claim.ts';
import { repeatCommand } from '../../experiment/repeat.ts';
import { groupBy, unique } from '../../measure/group.ts';
import { type ClaimResult, type Summary, verdicts } from '../../measure/summary.ts';
import { rules } from '../../measure/verdict.ts';
import { amount, interval, plural, verdictText } from '../format.ts';
import { type Html, html } from './html.ts';

/** Where the page shows what a claim was judged by. */
export interface Shown {
  claims: readonly Claim[];
  /** The anchors of the figure and of the table of cells, if the page has them. */
  anchorsOf: (claim: Claim) => { figure: string | undefined; cells: string | undefined };
  /** Whether the claim is about the point that the page begins with. */
  isAboutAnswer: (claim: Claim) => boolean;
}

/** The number of claims with each verdict, at the head of the page; published figures and bars separately. */
export function verdictCounts({ claims }: Summary): Html {
  return html`${chips('claims', 'Published claims', claims.filter(isPublished))}${chips('bars', 'Our own bars', claims.filter(isBar))}`;
}

function chips(anchor: string, title: string, claims: readonly ClaimResult[]): Html {
  const present = verdicts.filter((verdict) => claims.some((claim) => claim.verdict === verdict));
  const chip = (verdict: ClaimResult['verdict']) => {
    const members = claims.filter((claim) => claim.verdict === verdict);
    const text = verdictText({ kind: members[0]?.kind ?? 'about', verdict }).replace('bar ', '');
    return html`<li><span class="verdict ${className(verdict)}">${members.length} ${text}</span></li>`;
  };
  return present.length === 0
    ? html``
    : html`<ul class="chips"><li class="title"><a href="#${anchor}">${title}</a></li>${present.map(chip)}</ul>`;
}

/** Published figures beside those measured, with verdicts, reasons and rules. */
export function claimsSection(summary: Summary, shown: Shown): Html {
  return section('claims', 'Published claims', summary.claims.filter(isPublished), summary, shown);
}

export function barsSection(summary: Summary, shown: Shown): Html {
  return section('bars', 'Our own bars', summary.claims.filter(isBar), summary, shown);
}

const isBar = ({ kind }: Pick<ClaimResult, 'kind'>) => kind === 'bar';
const isPublished = (claim: ClaimResult) => !isBar(claim);

function section(
  id: string,
  title: string,
  claims: readonly ClaimResult[],
  { profile, experiment }: Summary,
  shown: Shown,
): Html {
  if (claims.length === 0) return html``;
  const measured = inOrder(
    claims.filter((claim) => claim.measured !== null),
    shown,
  );
  const rest = claims.filter((claim) => claim.measured === null);
  const kinds = unique(measured.map(({ kind }) => kind));
  return html`<section id="${id}"><h2>${title}</h2>
${profile === 'smoke' ? html`<p class="muted small">A smoke run judges nothing.</p>` : ''}
${measured.length === 0 ? '' : table(measured, experiment, shown)}
${kinds.map((kind) => html`<p class="muted small"><b>${kind}</b>: ${rules[kind]}.</p>`)}
${rest.length === 0 ? '' : html`<details><summary>${plural(rest.length, 'claim')} not measured</summary>${unmeasured(rest)}</details>`}</section>`;
}

/** The claims about the answer's point first; the others as they are published. */
function inOrder(claims: readonly ClaimResult[], { claims: published, isAboutAnswer }: Shown): ClaimResult[] {
  const isFirst = ({ id }: ClaimResult) => published.some((claim) => claim.id === id && isAboutAnswer(claim));
  return [...claims.filter(isFirst), ...claims.filter((claim) => !isFirst(claim))];
}

function table(claims: readonly ClaimResult[], experiment: string, shown: Shown): Html {
  const published = claims.every(isBar) ? 'bar' : 'published';
  return html`<table class="cards">
<thead><tr><th>claim</th><th class="right">${published}</th><th>measured</th><th>verdict</th></tr></thead>
<tbody>${claims.map((claim) => row(claim, published, experiment, shown))}</tbody></table>`;
}

function row(result: ClaimResult, label: string, experiment: string, { claims, anchorsOf }: Shown): Html {
  const { id, statement, kind, published, measured, verdict, why } = result;
  const claim = claims.find((candidate) => candidate.id === id);
  const found =
    measured && html`<b>${amount(measured.value)}</b> <span class="muted">${interval(measured)}</span>`;
  return html`<tr id="claim-${id}"><td>${statement}<br><span class="muted small">${kind} · ${why}</span>${claim === undefined ? '' : origins(claim, experiment, anchorsOf(claim))}</td>
<td class="right number" data-label="${label}">${amount(published)}</td>
<td class="number" data-label="measured">${found ?? '–'}</td>
<td><span class="verdict ${className(verdict)}">${verdictText({ kind, verdict })}</span></td></tr>
`;
}

/** From the claim to its figure, its cells, its samples, and the command that measures it again. */
function origins(claim: Claim, experiment: string, { figure, cells }: ReturnType<Shown['anchorsOf']>): Html {
  const links = [
    figure === undefined ? '' : html`<a href="#${figure}">figure</a> · `,
    cells === undefined ? '' : html`<a href="#${cells}">cells</a> · `,
  ];
  return html`<details class="origin"><summary>source and command</summary>${links}<a href="samples.jsonl">samples</a> · <code>${claim.id}</code> · ${claim.source}
<pre>${repeatCommand(claim, experiment)}</pre></details>`;
}

function unmeasured(claims: readonly ClaimResult[]): Html {
  const byWhy = groupBy(claims, ({ why }) => why);
  return html`${[...byWhy].map(
    ([why, members]) =>
      html`<p class="small"><b>${why}</b></p><ul class="small">${members.map(({ id, statement }) => html`<li id="claim-${id}">${statement} <code>${id}</code></li>`)}</ul>`,
  )}`;
}

const className = (verdict: string) => verdict.replaceAll(' ', '-');
