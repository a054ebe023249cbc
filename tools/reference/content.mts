import { Failure } from '../../harness/src/host/failure.ts';
import { factsOf } from '../../harness/src/report/facts.ts';
import { amount, digits, verdictText } from '../../harness/src/report/format.ts';
import { inReadingOrder } from '../../harness/src/report/order.ts';
import { terminalReport } from '../../harness/src/report/terminal.ts';
import { variantNames } from '../../harness/src/workload/variant/variants.ts';
import type { Reference } from './reference.mts';

type Where = Readonly<Record<string, string>>;

/** The tables of some cells of a run, as its end printed them. */
export function output({ summary, manifest }: Reference, where: Where): string {
  const chosen = {
    ...summary,
    cells: summary.cells.filter(at(where)),
    ratios: summary.ratios.filter(at(where)),
    claims: [],
    proofs: [],
  };
  return terminalReport(chosen, factsOf(manifest));
}

/** The published claims that a run measured, without what a statement has in brackets. Our own bars are left out. */
export function claimsTable({ summary }: Reference): string {
  const rows = summary.claims.flatMap(({ statement, kind, published, measured, verdict }) => {
    if (measured === null || kind === 'bar') return [];
    const claim = statement.replace(/ \([^)]*\)$/, '');
    return [`| ${claim} | ${published} | ${digits(measured.value)} | ${verdictText({ kind, verdict })} |`];
  });
  return ['| claim | published | here, virtual clock | verdict |', '|---|---|---|---|', ...rows].join('\n');
}

/** A row a variant, a column a workload: the median, and how many times the baseline's rate that is. */
export function costs({ summary }: Reference, where: Where): string {
  const { cells: all, ratios: allRatios } = inReadingOrder(summary);
  const cells = all.filter(({ metric }) => metric === 'instructions_per_txn').filter(at(where));
  const ratios = allRatios
    .filter(({ metric, denominator }) => metric === 'rate' && denominator === baseline)
    .filter(at(where));
  const workloads = [...new Set(cells.map(workloadOf))];
  const names = cells.map(({ variant }) => variant);
  const rows = variantNames
    .filter((name) => names.includes(name))
    .map((variant) => {
      const entries = workloads.map((workload) => {
        const cell = cells.find((each) => each.variant === variant && workloadOf(each) === workload);
        const ratio = ratios.find((each) => each.numerator === variant && workloadOf(each) === workload);
        return cell === undefined ? '' : amount(cell.median) + (ratio ? ` (${digits(ratio.value)}x)` : '');
      });
      return `| ${[variant, ...entries].join(' | ')} |`;
    });
  return [`| | ${workloads.join(' | ')} |`, `|---|${workloads.map(() => '---|').join('')}`, ...rows].join(
    '\n',
  );
}

const baseline = 'tcp';
const workloadOf = ({ params }: { params: Readonly<Record<string, unknown>> }) => `${params['workload']}`;

/** A cell's median, or the ratio of two variants. The words have to leave one. */
export function figure(
  { name, summary }: Reference,
  { metric, variants, where }: { metric: string; variants: string; where: Where },
): string {
  const [variant, denominator] = variants.split('/');
  const texts =
    denominator === undefined
      ? summary.cells
          .filter((cell) => cell.metric === metric && cell.variant === variant)
          .filter(at(where))
          .map(({ median }) => amount(median))
      : summary.ratios
          .filter((ratio) => ratio.metric === metric && ratio.numerator === variant)
          .filter((ratio) => ratio.denominator === denominator)
          .filter(at(where))
          .map(({ value }) => digits(value));
  const [text, ...more] = texts;
  if (text !== undefined && more.length === 0) return text;
  const words = Object.entries(where).map(([factor, value]) => `${factor}=${value}`);
  throw new Failure(
    'usage',
    `expected one figure of ${name} for ${metric} ${variants} ${words.join(' ')}, got ${texts.length}`,
    { next: 'name more factors, or those that the run has (its tables/cells.md)' },
  );
}

const at =
  (where: Where) =>
  ({ params }: { params: Readonly<Record<string, unknown>> }): boolean =>
    Object.entries(where).every(([factor, value]) => `${params[factor]}` === value);
