import { groupBy, unique } from '../measure/group.ts';
import type { ClaimResult, Summary } from '../measure/summary.ts';
import { metricOf } from '../workload/metric.ts';
import { escapes } from './escapes.ts';
import { acceleratorText, intervalText, isEmulated, type RunFacts, replication } from './facts.ts';
import { wrap } from './figure/compose.ts';
import { digits, interval, plural, verdictText } from './format.ts';
import { type CellGroup, cellGroups, kernelGroups } from './groups.ts';
import { inReadingOrder } from './order.ts';
import { cellLines, cut, kernelTable } from './terminal-table.ts';

export interface TerminalOptions {
  /** The terminal's width; table columns that do not fit are left out. */
  columns?: number;
  /** Print emulated absolute numbers in grey. */
  color?: boolean;
}

/** The report that an experiment prints at its end: cells with small bars, verdicts, proofs, warnings. */
export function terminalReport(unsorted: Summary, facts: RunFacts, options: TerminalOptions = {}): string {
  const summary = inReadingOrder(unsorted);
  const width = Math.max(30, Math.min(options.columns ?? 80, 100));
  const prose = (lines: readonly string[]) => lines.flatMap((line) => fold(escapes.terminal(line), width));
  const sections = [
    prose(head(summary, facts)),
    ...tablesShown(summary, facts).map((group) => [
      ...prose(tableHead(group)),
      ...cellLines(group, facts, { width, color: options.color ?? false }),
    ]),
    ...kernelGroups(summary).map((group) => [...prose([group.title]), ...kernelTable(group)]),
    prose(claims(summary.claims)),
    prose(unavailable(summary)),
    prose(proofs(summary)),
    prose(bypass(summary)),
    prose(list('Warnings', summary.warnings)),
    prose(caveat(summary, facts)),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function head({ experiment, profile, cells }: Summary, facts: RunFacts): string[] {
  const what = [experiment, profile, facts.date.slice(0, 10), `zerohop ${facts.commit.slice(0, 12)}`];
  const where = [
    acceleratorText(facts, cells),
    `memory ${facts.memoryPath}`,
    `QEMU ${facts.qemuVersion}`,
    facts.kernelId,
  ];
  return [what.join(' · '), where.join(' · ')];
}

function tablesShown(summary: Summary, facts: RunFacts): CellGroup[] {
  const hasRate = summary.cells.some(({ metric }) => metric === 'rate');
  const cells = summary.cells.filter(({ metric }) => {
    const { hidden } = metricOf(metric);
    return hidden !== 'always' && !(hasRate && hidden === 'beside-rate');
  });
  return cellGroups({ ...summary, cells }, facts);
}

function tableHead({ title, metric, rows }: CellGroup): string[] {
  const cells = rows.map(({ cell }) => cell);
  const basis = cells.some((cell) => cell.basis !== undefined)
    ? ' · serialised: explains, does not decide'
    : '';
  return [`${title} · ${metric}`, `  ${replication(cells)} · ${intervalText(cells)}${basis}`];
}

function claims(all: readonly ClaimResult[]): string[] {
  if (all.length === 0) return [];
  const lines = all
    .filter(({ measured }) => measured !== null)
    .flatMap(({ id, kind, verdict, published, measured, clock, statement, why }) => [
      `  ${verdictText({ kind, verdict }).toUpperCase()} ${id} (${clock}): ${kind} ${digits(published)}, measured ${measured && `${digits(measured.value)} ${interval(measured)}`}`,
      `    ${statement} (${why})`,
    ]);
  const unmeasured = groupBy(
    all.filter(({ measured }) => measured === null),
    ({ verdict, why }) => `${verdict.toUpperCase()} ${why}`,
  );
  const rest = [...unmeasured].map(
    ([what, members]) => `  ${what}: ${members.map(({ id }) => id).join(', ')}`,
  );
  return ['Claims', ...lines, ...rest];
}

function unavailable(summary: Summary): string[] {
  const byWhy = groupBy(summary.unavailable, ({ why }) => why);
  const lines = [...byWhy].map(
    ([why, members]) => `${unique(members.map(({ variant }) => variant)).join(', ')}: ${why}`,
  );
  return list('Not available', lines);
}

function proofs({ proofs: all }: Summary): string[] {
  const failed = all.filter(({ ok }) => !ok);
  if (failed.length === 0)
    return all.length === 0 ? [] : [`${plural(all.length, 'proof')} of mechanism, none failed`];
  const lines = failed.map(
    ({ variant, name, expected, observed }) =>
      `${variant}, ${name}: expected ${expected}, observed ${observed}`,
  );
  return list(`${failed.length} of ${plural(all.length, 'proof')} of mechanism FAILED`, lines);
}

/** The bypass ratio that the kernel counted, from the cell with the lowest one. */
function bypass({ cells }: Summary): string[] {
  const ratios = cells.filter(({ metric }) => metric === 'bypass_ratio');
  const [least] = ratios.toSorted((a, b) => a.min - b.min);
  if (least === undefined) return [];
  const share = (least.min * 100).toFixed(2);
  return [`Bypass ratio of ${plural(ratios.length, 'paired cell')}: at least ${share} % of the bytes`];
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

/** The note about emulated CPUs. */
function caveat({ cells }: Summary, facts: RunFacts): string[] {
  const emulated = cells.some(({ params }) => isEmulated(facts, params));
  return emulated ? ['Emulated CPUs: compare the ratios; absolute numbers are not those of a machine.'] : [];
}

/** Folds long lines and indents the continuation. */
function fold(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const [first = '', ...rest] = wrap(line.trim(), width - indent.length - 2);
  return [indent + first, ...rest.map((part) => `${indent}  ${part}`)].map((part) => cut(part, width));
}
