export interface ColumnOptions {
  /** Indices of right-aligned columns. */
  right?: readonly number[];
  /** Colours a text that is already padded. */
  paint?: (text: string, column: number) => string;
  /** The terminal's width: the last column is wrapped to it, if it has room for a few words there. */
  width?: number | undefined;
}

/** Formats rows as lines. Each column is as wide as its widest text. */
export function columnLines(
  rows: readonly (readonly string[])[],
  { right = [], paint = (text) => text, width = Infinity }: ColumnOptions = {},
): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const indent = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  return rows.flatMap((row) => {
    const last = row.length === count ? wrapped(row[count - 1] ?? '', width - indent) : [];
    const texts = [...row.slice(0, count - 1), ...last.slice(0, 1)].map((text, column) => {
      const width = widths[column] ?? 0;
      return paint(right.includes(column) ? text.padStart(width) : text.padEnd(width), column);
    });
    return [texts.join('  ').trimEnd(), ...last.slice(1).map((line) => ' '.repeat(indent) + line)];
  });
}

const leastRoom = 20;

function wrapped(text: string, room: number): string[] {
  if (room < leastRoom || text.length <= room) return [text];
  const end = text.lastIndexOf(' ', room);
  const cut = end > 0 ? end : text.indexOf(' ', room);
  return cut < 0 ? [text] : [text.slice(0, cut), ...wrapped(text.slice(cut + 1), room)];
}
