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

/** The figures that have something to draw, after the one at the head of the page; the others by name. */
export async function figuresSection(figures: readonly DrawnFigure[], head?: DrawnFigure): Promise<Html> {
  const drawn = figures.filter((figure) => figure !== head && hasViews(figure));
  const empty = figures.filter((figure) => !hasViews(figure)).map(({ wide }) => wide.title);
  if (drawn.length + empty.length === 0) return html``;
  const parts: Html[] = [];
  for (const figure of drawn) parts.push(await figurePart(figure));
  return html`<section id="plots"><h2>Figures</h2>${parts}
${empty.length === 0 ? '' : html`<p class="muted small">Nothing to draw, as this run has no cells for it: ${empty.join('; ')}.</p>`}</section>`;
}

export const hasViews = ({ wide }: DrawnFigure): boolean => wide.views.length > 0;

/** A figure under a heading of the given level. */
export async function figurePart({ wide, narrow }: DrawnFigure, heading: 'h2' | 'h3' = 'h3'): Promise<Html> {
  const { id, title, caption, absent } = wide;
  const missing = absent.map(({ name, why }) => html`<li><b>${name}</b>: ${why}</li>`);
  return html`<figure id="plot-${id}">${headed(title, heading)}${inline(await toSvg(composeBare(wide, layouts.wide)), id, title, 'wide')}
${inline(await toSvg(composeBare(narrow, layouts.narrow)), id, title, 'narrow')}
<figcaption>${caption.map((line) => html`<span>${line}</span>`)}<span>As a file: <a href="plots/${id}.svg">SVG</a>, <a href="plots/${id}.png">PNG</a>, <a href="plots/${id}.vl.json">Vega-Lite</a></span>${
    missing.length === 0
      ? ''
      : html`<details><summary>${absentLine(wide)}</summary><ul>${missing}</ul></details>`
  }</figcaption></figure>
`;
}

const headed = (title: string, level: 'h2' | 'h3') =>
  level === 'h2' ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`;

/**
 * Makes ids unique within a page, because vega counts them from 1 in every figure. The roles and labels of its parts are
 * left out: the whole is one picture with a name, and its figures stand in tables.
 */
export function inline(svg: string, id: string, title: string, layout: 'wide' | 'narrow'): Html {
  const prefix = `${id.replace(/[^\w-]/g, '')}-${layout}-`;
  const tag = html`<svg class="${layout}" role="img" aria-label="${title}"`.text;
  return new Html(
    svg
      .replaceAll(/\bid="(\w+)"/g, `id="${prefix}$1"`)
      .replaceAll(/url\(#(\w+)\)/g, `url(#${prefix}$1)`)
      .replaceAll(/ (?:role|aria-\w+)="[^"]*"/g, '')
      .replace(/^<svg( xmlns[^ ]*)*( version="[^"]*")?( class="[^"]*")?/, () => tag),
  );
}
