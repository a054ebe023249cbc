import { maskedSource } from './masked-source.ts';
import { plantRules } from './plant-rules.ts';

/** One bug planted in a source text by a rule. */
export interface PlantedBug {
  /** The line before and after, trimmed: the bug keeps this name when lines move. */
  name: string;
  /** The whole source with the bug. */
  text: string;
}

/** Every bug that the rules plant in a TypeScript source, in the order of the text. Strings and comments stay. */
export function plantBugs(source: string): PlantedBug[] {
  const code = maskedSource(source);
  const bugs = plantRules
    .flatMap((edits) => edits(code))
    .toSorted((a, b) => a.at - b.at || a.length - b.length)
    .map(({ at, length, by }) => {
      const text = source.slice(0, at) + by(source.slice(at, at + length)) + source.slice(at + length);
      return { name: nameOf(source, text), text };
    });
  return [...new Map(bugs.map((bug) => [bug.name, bug])).values()];
}

function nameOf(source: string, text: string): string {
  const [before, after] = [source.split('\n'), text.split('\n')];
  const first = before.findIndex((line, place) => line !== after[place]);
  const same = before.toReversed().findIndex((line, place) => line !== after.toReversed()[place]);
  const changed = (lines: readonly string[]) =>
    lines
      .slice(first, Math.max(first + 1, lines.length - same))
      .map((line) => line.trim())
      .join(' ');
  return `${changed(before)} => ${changed(after)}`;
}
