import { inks, tints } from './palette.ts';

/** The look of every figure. Browsers may substitute the fonts; PNGs are drawn with the bundled DejaVu. */
export const vegaConfig = {
  font: 'DejaVu Sans, Verdana, sans-serif',
  background: inks.paper.light,
  padding: 10,
  view: { stroke: null },
  title: {
    anchor: 'start',
    frame: 'group',
    color: inks.text.light,
    fontSize: 14,
    fontWeight: 'bold',
    subtitleColor: inks.muted.light,
    subtitleFontSize: 9.5,
    subtitleLineHeight: 13,
    subtitlePadding: 5,
    offset: 12,
  },
  axis: {
    labelColor: inks.muted.light,
    labelFontSize: 10.5,
    labelFlush: false,
    titleColor: inks.muted.light,
    titleFontSize: 10.5,
    titleFontWeight: 'normal',
    domainColor: inks.axis.light,
    tickColor: inks.axis.light,
    gridColor: inks.grid.light,
  },
  text: { color: inks.text.light, fontSize: 10.5 },
};

/**
 * Rules that turn a figure dark by replacing each colour of the palette. CSS rules override SVG attributes.
 * `scope` selects the figures, for a page or for a separate SVG.
 */
export function darkRules(scope: string): string {
  return tints
    .flatMap(({ light, dark }) => [
      `${scope} [fill="${light}"]{fill:${dark}}`,
      `${scope} [stroke="${light}"]{stroke:${dark}}`,
    ])
    .join('');
}
