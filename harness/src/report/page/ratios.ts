import type { Ratio, Summary } from '../../measure/summary.ts';
import { factorText } from '../figure/panels.ts';
import { comparisonText, digits, interval, plural, sizeText } from '../format.ts';
import { type KernelGroup, kernelGroups } from '../groups.ts';
import { type Html, html } from './html.ts';

/** The A/B table of two kernels: the ratio of each variant between them. */
export function kernelsSection(summary: Summary): Html {
  const groups = kernelGroups(summary);
  if (groups.length === 0) return html``;
  return html`<section id="kernels"><h2>Kernels</h2>
<p class="muted small">Boots were interleaved; ratios are paired by boot.</p>${groups.map(kernelTable)}</section>`;
}

function kernelTable({ title, rows }: KernelGroup): Html {
  return html`<h3>${title}</h3><div class="scroll" tabindex="0"><table class="sizes"><thead><tr><th class="right">size</th><th>variant</th><th class="right">ratio</th><th>interval</th><th>comparison</th></tr></thead>
<tbody>${rows.map(
    ({
      variant,
      ratio,
    }) => html`<tr><td class="right number">${sizeText(ratio.params.size)}</td><td>${variant}</td><td class="right number"><b>${digits(ratio.value)}</b></td><td class="number">${interval(ratio)}</td><td>${comparisonText(ratio.comparison, ratio.metric)}${ratio.basis && html` <span class="muted small">${ratio.basis}</span>`}</td></tr>
`,
  )}</tbody></table></div>
`;
}

/** All ratios of the run, between any two variants. */
export function ratiosSection({ ratios }: Summary): Html {
  if (ratios.length === 0) return html``;
  return html`<section id="ratios"><h2>Ratios</h2><details><summary>${plural(ratios.length, 'ratio')}, paired by boot</summary>
<div class="scroll" tabindex="0"><table><thead><tr><th>ratio</th><th>metric</th><th>where</th><th class="right">value</th><th>interval</th></tr></thead>
<tbody>${ratios.map(ratioRow)}</tbody></table></div></details></section>`;
}

function ratioRow(ratio: Ratio): Html {
  const { numerator, denominator, metric, params, value } = ratio;
  const where = Object.entries(params)
    .map(([name, value]) => factorText(name, value))
    .filter((text) => text !== '');
  return html`<tr><td>${numerator} / ${denominator}</td><td>${metric}</td><td>${where.join(' · ')}</td><td class="right number">${digits(value)}</td><td class="number">${interval(ratio)}</td></tr>
`;
}
