import { Failure } from '../host/failure.ts';
import { groupBy, unique } from '../measure/group.ts';
import { type ExplainRow, readExplained } from './explain-rows.ts';
import { readManifest } from './read-run.ts';
import { type SymbolDifference, symbolDifferences } from './symbol-differences.ts';

/** A variant that two runs explain: its instructions a transaction in both, and the symbols that differ. */
export interface ExplainedVariant {
  variant: string;
  /** The kernel's name, if the runs have several. */
  kernel?: string;
  before: number;
  after: number;
  symbols: SymbolDifference[];
}

/** Compares what two runs explain; throws if one of them explains nothing, or if they have no variant in common. */
export async function explainRuns(beforeDir: string, afterDir: string): Promise<ExplainedVariant[]> {
  const [before, after] = [await explained(beforeDir), await explained(afterDir)];
  const common = unique([...before.keys()]).filter((key) => after.has(key));
  if (common.length === 0)
    throw new Failure('usage', 'the two runs explain no variant of the same kernel and clock', {
      next: 'measure both with the same --only, --kernel names and --explain',
    });
  return common.map((key) => {
    const [ofA, ofB] = [before.get(key) ?? [], after.get(key) ?? []];
    const [{ variant, kernel }] = ofA as [ExplainRow];
    return {
      variant,
      ...(kernel !== undefined && { kernel }),
      before: total(ofA),
      after: total(ofB),
      symbols: symbolDifferences(ofA, ofB),
    };
  });
}

/** The rows of each variant, kernel and clock. */
async function explained(dir: string): Promise<Map<string, ExplainRow[]>> {
  const rows = await readExplained(dir);
  if (rows.length > 0)
    return groupBy(rows, ({ variant, kernel, clock }) => JSON.stringify([variant, kernel, clock]));
  const { run, command } = await readManifest(dir);
  throw new Failure('usage', `${run} was measured without --explain`, {
    next: `measure it with it: ${command}${command.includes(' -- ') ? '' : ' --'} --explain`,
  });
}

const total = (rows: readonly ExplainRow[]) => rows.reduce((sum, { instructions }) => sum + instructions, 0);
