import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { inks } from '../palette.ts';
import { darkRules } from '../theme.ts';
import type { View } from './drawing.ts';
import { textWidth } from './text-width.ts';

// Vega exports these, but its types lack them.
const { setRandom, randomLCG, textMetrics } = vega as unknown as {
  setRandom(random: () => number): void;
  randomLCG(seed: number): () => number;
  textMetrics: { width: (item: { fontSize?: number }, text: unknown) => number };
};

/** Renders a specification to the same bytes each time, because vega's counters and random numbers are reset. */
export async function toSvg(spec: View): Promise<string> {
  textMetrics.width = ({ fontSize = 11 }, text) => textWidth(`${text ?? ''}`, fontSize);
  vega.resetSVGDefIds();
  setRandom(randomLCG(1));
  const { spec: vegaSpec } = compile(spec as unknown as TopLevelSpec, { logger: strict });
  const svg = await new vega.View(vega.parse(vegaSpec), { renderer: 'none' }).toSVG();
  // XML cannot contain control characters.
  return svg.replaceAll(/(?!\n)\p{Cc}/gu, ' ');
}

/** An SVG for a separate file: it turns dark if the reader's system is dark. */
export function standalone(svg: string): string {
  const dark = `svg{background:${inks.paper.dark}}${darkRules('svg')}`;
  return svg.replace(
    /<svg[^>]*>/,
    (tag) => `${tag}<style>@media (prefers-color-scheme: dark){${dark}}</style>`,
  );
}

export function toPng(svg: string): Buffer {
  const fonts = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: {
      loadSystemFonts: false,
      fontFiles: fonts.map((file) => fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`))),
      defaultFontFamily: 'DejaVu Sans',
    },
  });
  return image.render().asPng();
}

/** Turns a warning of vega-lite into an error: it means that something is not drawn. */
const strict = {
  level: () => strict,
  error: (...words: readonly unknown[]) => refuse(words),
  warn: (...words: readonly unknown[]) => refuse(words),
  info: () => strict,
  debug: () => strict,
};

function refuse(words: readonly unknown[]): never {
  throw new Error(`vega-lite: ${words.join(' ')}`);
}
