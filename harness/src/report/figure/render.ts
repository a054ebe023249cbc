import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { inks } from '../palette.ts';
import { darkRules } from '../theme.ts';
import type { View } from './drawing.ts';
import { textWidth } from './text-width.ts';

// Vega exports these, its types forget them.
const { setRandom, randomLCG, textMetrics } = vega as unknown as {
  setRandom(random: () => number): void;
  randomLCG(seed: number): () => number;
  textMetrics: { width: (item: { fontSize?: number }, text: unknown) => number };
};

/** The same specification gives the same bytes: vega's counters and its random numbers start afresh each time. */
export async function toSvg(spec: View): Promise<string> {
  textMetrics.width = ({ fontSize = 11 }, text) => textWidth(`${text ?? ''}`, fontSize);
  vega.resetSVGDefIds();
  setRandom(randomLCG(1));
  const { spec: vegaSpec } = compile(spec as unknown as TopLevelSpec, { logger: strict });
  const svg = await new vega.View(vega.parse(vegaSpec), { renderer: 'none' }).toSVG();
  // XML has no way to say these.
  return svg.replaceAll(/(?!\n)\p{Cc}/gu, ' ');
}

/** For a file of its own: it turns dark by itself where the reader's system does. */
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

/** A warning of vega-lite means that something asked for is not drawn: a bug of ours. */
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
