import { absentLine, composeBare } from '../figure/compose.ts';
import type { Figure } from '../figure/drawing.ts';
import { layouts } from '../figure/drawing.ts';
import { toSvg } from '../figure/render.ts';
import { Html, html } from './html.ts';

/** A figure in two layouts, for large screens and for phones. The style shows one of them. */
export interface DrawnFigure {
  wide: Figure;
  narrow: Figure;
}

export async function figuresSection(figures: readonly DrawnFigure[]): Promise<Html> {
  const parts: Html[] = [];
  for (const figure of figures) parts.push(await figurePart(figure));
  return html`<section id="plots"><h2>Plots</h2>${parts}
<p class="muted small">Each plot lies in plots/ as SVG, PNG and Vega-Lite.</p></section>`;
}

export async function figurePart({ wide, narrow }: DrawnFigure): Promise<Html> {
  const { id, title, caption, views, absent } = wide;
  const drawn =
    views.length === 0
      ? html`<p class="muted">Nothing to draw: this run has no cells for it.</p>`
      : html`${inline(await toSvg(composeBare(wide, layouts.wide)), id, title, 'wide')}
${inline(await toSvg(composeBare(narrow, layouts.narrow)), id, title, 'narrow')}`;
  const missing = absent.map(({ name, why }) => html`<li><b>${name}</b>: ${why}</li>`);
  return html`<figure id="plot-${id}"><h3>${title}</h3>${drawn}
<figcaption>${caption.map((line) => html`<span>${line}</span>`)}${
    missing.length === 0
      ? ''
      : html`<details><summary>${absentLine(wide)}</summary><ul>${missing}</ul></details>`
  }</figcaption></figure>
`;
}

/** Makes ids unique within a page, because vega counts them from 1 in every figure. */
function inline(svg: string, id: string, title: string, layout: 'wide' | 'narrow'): Html {
  const prefix = `${id.replace(/[^\w-]/g, '')}-${layout}-`;
  const tag = html`<svg class="${layout}" role="img" aria-label="${title}"`.text;
  return new Html(
    svg
      .replaceAll(/\bid="(\w+)"/g, `id="${prefix}$1"`)
      .replaceAll(/url\(#(\w+)\)/g, `url(#${prefix}$1)`)
      .replace(/^<svg( xmlns[^ ]*)*( version="[^"]*")?( class="[^"]*")?/, () => tag),
  );
}
