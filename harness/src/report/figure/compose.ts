import { vegaConfig } from '../theme.ts';
import type { Figure, Layout, View } from './drawing.ts';

/** The whole figure as one vega-lite specification with title and caption, for a separate file. */
export function compose(figure: Figure, layout: Layout): View {
  const chars = layout.captionChars;
  const title = {
    frame: 'bounds',
    text: wrap(figure.title, Math.round(chars * 0.66)),
    subtitle: [...figure.caption, ...absentLine(figure)].flatMap((line) => wrap(line, chars)),
  };
  return { ...composeBare(figure, layout), title };
}

/** The line that names gaps in the picture itself; the page gives the reasons. */
export function absentLine({ absent }: Figure): string[] {
  return absent.length === 0 ? [] : [`Not drawn, or in part: ${absent.map(({ name }) => name).join(', ')}`];
}

/** The panels only, for a page that prints the title and caption itself. */
export function composeBare({ views }: Figure, layout: Layout): View {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: vegaConfig,
    columns: layout.columns,
    spacing: { row: 24, column: 28 },
    concat: views,
  };
}

/** Wraps text into lines, because SVG does not. */
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
