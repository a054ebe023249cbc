import { unique } from '../measure/group.ts';
import type { ExplainRow } from './explain-rows.ts';

/** The cost of a symbol in one transaction, on two sides. */
export interface SymbolDifference {
  symbol: string;
  before: number;
  after: number;
}

/** The symbols that differ by at least an instruction, the largest difference first. */
export function symbolDifferences(
  before: readonly ExplainRow[],
  after: readonly ExplainRow[],
): SymbolDifference[] {
  const [costsBefore, costsAfter] = [costsOf(before), costsOf(after)];
  return unique([...costsBefore.keys(), ...costsAfter.keys()])
    .map((symbol) => ({
      symbol,
      before: costsBefore.get(symbol) ?? 0,
      after: costsAfter.get(symbol) ?? 0,
    }))
    .filter((difference) => sizeOf(difference) >= 1)
    .sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** A symbol may stand in several source folders. */
function costsOf(rows: readonly ExplainRow[]): Map<string, number> {
  const costs = new Map<string, number>();
  for (const { symbol, instructions } of rows) costs.set(symbol, (costs.get(symbol) ?? 0) + instructions);
  return costs;
}

const sizeOf = ({ before, after }: SymbolDifference) => Math.abs(after - before);
