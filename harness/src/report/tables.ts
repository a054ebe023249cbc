import { unique } from '../measure/group.ts';
import type { Summary } from '../measure/summary.ts';
import { escapes } from './escapes.ts';
import { acceleratorText, intervalText, isEmulated, type RunFacts, replication } from './facts.ts';
import { amount, cellInterval, digits, interval } from './format.ts';
import { type CellGroup, type CellRow, cellGroups } from './groups.ts';

/** All cells with all digits, for programs. */
export function csvTable(summary: Summary): string {
  const factors = unique(summary.cells.flatMap(({ params }) => Object.keys(params)));
  const numbers = [
    'median',
    'mean',
    'min',
    'max',
    'lo',
    'hi',
    'interval',
    'boots',
    'samples',
    'precise',
    'basis',
    'outliers',
  ] as const;
  const rows = summary.cells.map((cell) => [
    cell.variant,
    ...factors.map((name) => cell.params[name] ?? ''),
    cell.metric,
    cell.unit,
    cell.better,
    ...numbers.map((name) => cell[name] ?? ''),
  ]);
  const head = ['variant', ...factors, 'metric', 'unit', 'better', ...numbers];
  return [head, ...rows].map((row) => `${row.map((value) => escapes.csv(`${value}`)).join(',')}\n`).join('');
}

/** A table for each group, for a README or an issue. */
export function markdownTables(summary: Summary, facts: RunFacts): string {
  const groups = cellGroups(summary, facts).map((group) => {
    const lines = rowsOf(group, facts).map((row) => `| ${row.map(escapes.markdown).join(' | ')} |`);
    const [head = '', ...body] = lines;
    const rule = `|${aligns.map((align) => (align === 'r' ? '---:|' : ':---|')).join('')}`;
    return [
      `### ${escapes.markdown(group.title)}: ${escapes.markdown(group.metric)}`,
      '',
      head,
      rule,
      ...body,
      '',
      escapes.markdown(footing(group)),
      '',
    ].join('\n');
  });
  return [
    `## ${escapes.markdown(summary.experiment)} (${summary.profile})`,
    '',
    escapes.markdown(platform(facts, summary)),
    '',
    ...groups,
  ].join('\n');
}

/** A tabular for each group, for a paper; it needs the booktabs package. */
export function latexTables(summary: Summary, facts: RunFacts): string {
  return cellGroups(summary, facts)
    .map((group) => {
      const [head = '', ...body] = rowsOf(group, facts).map(
        (row) => `${row.map(escapes.latex).join(' & ')} \\\\`,
      );
      return [
        '\\begin{table}',
        '\\centering',
        `\\begin{tabular}{${aligns.join('')}}`,
        '\\toprule',
        head,
        '\\midrule',
        ...body,
        '\\bottomrule',
        '\\end{tabular}',
        `\\caption{${escapes.latex(`${summary.experiment}, ${group.title}: ${group.metric}. ${footing(group)}. ${platform(facts, summary)}.`)}}`,
        '\\end{table}',
        '',
      ].join('\n');
    })
    .join('\n');
}

const aligns = ['r', 'l', 'r', 'l', 'r', 'l'] as const;

function rowsOf({ by, rows }: CellGroup, facts: RunFacts): string[][] {
  const head = [by, 'variant', 'median', 'interval', 'ratio', 'its interval'];
  return [head, ...rows.map((row) => rowOf(row, facts))];
}

function rowOf({ cell, at, ratio }: CellRow, facts: RunFacts): string[] {
  const mark = isEmulated(facts, cell.params) ? ' e' : '';
  return [
    at,
    cell.variant,
    `${amount(cell.median)}${mark}`,
    cellInterval(cell),
    ratio === undefined ? '' : `${digits(ratio.value)}× ${ratio.denominator}`,
    ratio === undefined ? '' : interval(ratio),
  ];
}

function footing({ rows }: CellGroup): string {
  const cells = rows.map(({ cell }) => cell);
  const serialised = cells.some(({ basis }) => basis !== undefined)
    ? '; serialised, explains but does not decide'
    : '';
  return `${replication(cells)}; intervals: ${intervalText(cells)}${serialised}; e: emulated CPUs, compare ratios only`;
}

function platform(facts: RunFacts, { cells }: Pick<Summary, 'cells'>): string {
  const { memoryPath, qemuVersion, kernelId, date, commit } = facts;
  return `${acceleratorText(facts, cells)}, memory path ${memoryPath}, QEMU ${qemuVersion}, kernel ${kernelId}, ${date.slice(0, 10)}, zerohop ${commit.slice(0, 12)}`;
}
