export interface ColumnOptions {
  /** Indices of right-aligned columns. */
  right?: readonly number[];
  /** Colours a text that is already padded. */
  paint?: (text: string, column: number) => string;
}

/** Formats rows as lines. Each column is as wide as its widest text. */
export function columnLines(
  rows: readonly (readonly string[])[],
  { right = [], paint = (text) => text }: ColumnOptions = {},
): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const texts = row.map((text, column) => {
      const width = widths[column] ?? 0;
      return paint(right.includes(column) ? text.padStart(width) : text.padEnd(width), column);
    });
    return texts.join('  ').trimEnd();
  });
}
