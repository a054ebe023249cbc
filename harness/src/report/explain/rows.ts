import { groupBy, unique } from '../../measure/group.ts';
import type { ExplainRow } from '../../store/explain-rows.ts';

/** A symbol or a group with its cost in each column of `columnsOf`. */
export interface CostLine {
  name: string;
  group: string;
  costs: number[];
}

export function columnsOf(rows: readonly ExplainRow[]): string[] {
  return unique(rows.map(columnOf));
}

/** The column of a row: its variant, and its kernel if there are several. */
export function columnOf({ variant, kernel }: ExplainRow): string {
  return kernel === undefined ? variant : `${variant} (${kernel})`;
}

export function groupOf({ group }: ExplainRow): string {
  return group ?? 'elsewhere';
}

/** The lines, sorted by their highest cost in any column. */
export function costLines(rows: readonly ExplainRow[], by: 'symbol' | 'group'): CostLine[] {
  const columns = columnsOf(rows);
  const nameOf = (row: ExplainRow) => (by === 'symbol' ? row.symbol : groupOf(row));
  const lines = [...groupBy(rows, (row) => JSON.stringify([groupOf(row), nameOf(row)])).values()].map(
    (members) => ({
      name: members[0] === undefined ? '' : nameOf(members[0]),
      group: members[0] === undefined ? '' : groupOf(members[0]),
      costs: columns.map((column) => sum(members.filter((row) => columnOf(row) === column))),
    }),
  );
  return lines.sort((a, b) => Math.max(...b.costs) - Math.max(...a.costs) || (a.name < b.name ? -1 : 1));
}

/** The first `most` lines, and one line for the sum of the others. */
export function shortened(lines: readonly CostLine[], most: number): CostLine[] {
  const rest = lines.slice(most);
  if (rest.length === 0) return [...lines];
  const costs = (rest[0]?.costs ?? []).map((_, at) =>
    rest.reduce((total, line) => total + (line.costs[at] ?? 0), 0),
  );
  return [...lines.slice(0, most), { name: `${rest.length} more`, group: '', costs }];
}

export function sum(rows: readonly ExplainRow[]): number {
  return rows.reduce((total, { instructions }) => total + instructions, 0);
}
