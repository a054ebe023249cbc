import { vegaConfig } from '../theme.ts';
import type { Figure, Layout, View } from './drawing.ts';

/** The whole figure as one vega-lite specification, its title and caption above: what a file of its own needs. */
export function compose(figure: Figure, layout: Layout): View {
  const chars = layout.captionChars;
  const title = {
    frame: 'bounds',
    text: wrap(figure.title, Math.round(chars * 0.66)),
    subtitle: [...figure.caption, ...absentLine(figure)].flatMap((line) => wrap(line, chars)),
  };
  return { ...composeBare(figure, layout), title };
}

/** A gap is said in the picture itself; a page gives the reasons. */
export function absentLine({ absent }: Figure): string[] {
  return absent.length === 0 ? [] : [`Not drawn, or in part: ${absent.map(({ name }) => name).join(', ')}`];
}

/** The panels alone: a page tells the rest in its own text. */
export function composeBare({ views }: Figure, layout: Layout): View {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: vegaConfig,
    columns: layout.columns,
    spacing: { row: 24, column: 28 },
    concat: views,
  };
}

/** SVG has no line breaks of its own. */
export function wrap(text: string, chars: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > chars) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
