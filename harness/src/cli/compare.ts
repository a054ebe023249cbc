import { exitCodes, Failure } from '../host/failure.ts';
import { type Between, isRegression } from '../measure/between.ts';
import { amount, interval, sizeText } from '../report/format.ts';
import { type ComparedRuns, compareRuns } from '../store/compare-runs.ts';
import { findRun } from '../store/run-folder.ts';
import { parseArguments } from './arguments.ts';
import type { Context } from './main.ts';
import { outcomeLine } from './outcome.ts';

/** `npm run compare -- RUN_A RUN_B`: B over A in every cell that both have; status 1 where a gating cell got slower. */
export async function compare(argv: string[], { cwd }: Context): Promise<number> {
  const [before, after, ...more] = parseArguments('compare', argv).operands;
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Failure('usage', 'compare takes two runs', {
      next: 'npm run compare -- RUN_A RUN_B, where a run is a folder under results/runs, or an experiment (its latest run)',
    });
  }
  const compared = await compareRuns(findRun(before, cwd), findRun(after, cwd));
  process.stdout.write(comparisonTable(compared));
  const regressions = compared.cells.filter(isRegression);
  if (regressions.length === 0) return 0;
  process.stderr.write(`zerohop: ${regressions.length} cells of the virtual clock got slower\n`);
  process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return exitCodes.regression;
}

export function comparisonTable({ before, after, cells, leftOut }: ComparedRuns): string {
  const rows = [['cell', 'metric', 'A', 'B', 'B/A', 'interval', 'verdict'], ...cells.map(row)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells) =>
    cells.map((text, column) => text.padEnd(widths?.[column] ?? 0)).join('  '),
  );
  const notes = [
    `A ${before.run} (zerohop ${before.zerohop.commit.slice(0, 12)})`,
    `B ${after.run} (zerohop ${after.zerohop.commit.slice(0, 12)})`,
    'Between runs: no boot has both sides, so intervals are wider than inside one run (--kernel a=... --kernel b=...).',
    ...leftOut,
    ...(cells.some(({ comparison }) => comparison === null) ? ['A smoke run decides nothing.'] : []),
  ];
  return `${notes.join('\n')}\n\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function row({ before, after, ratio, comparison }: Between): string[] {
  const kind = ratio === null || ratio.interval === 't' ? '' : ' range';
  const basis = before.basis === undefined ? '' : ', serialised';
  return [
    cellText(before),
    before.metric,
    amount(before.median),
    amount(after.median),
    ratio === null ? '-' : ratio.value.toFixed(3),
    ratio === null ? '-' : `${interval(ratio)}${kind}`,
    `${comparison ?? '-'}${basis}`,
  ];
}

function cellText({ variant, params }: Between['before']): string {
  const { workload, topology, size, clock, idle, kernel, ...own } = params;
  const words = [
    variant,
    workload,
    topology,
    sizeText(size),
    clock,
    idle ?? '',
    kernel,
    ...Object.values(own),
  ];
  return words.filter((word) => word !== '').join(' ');
}
