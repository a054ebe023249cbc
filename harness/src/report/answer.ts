import type { Answer } from '../experiment/experiment.ts';
import { unique } from '../measure/group.ts';
import { matches } from '../measure/params.ts';
import { profileRules } from '../measure/profile.ts';
import type { Cell, Ratio, Summary } from '../measure/summary.ts';
import type { Params } from '../workload/sample.ts';
import { clockText, type RunFacts } from './facts.ts';
import { factorText } from './figure/panels.ts';
import { amount, interval, plural, times } from './format.ts';
import { baselineOf, isOfVariants } from './order.ts';

/** The head of a report: what the run found, and what stands behind it. */
export interface Told {
  sentence: string;
  behind: string;
}

interface Figure {
  text: string;
  params: Params;
  boots: number;
  width: string;
  isSerialised: boolean;
}

/** The experiment's own sentence; if the run has none of its figures, its largest ratio. */
export function answerOf(answer: Answer | undefined, summary: Summary, facts: RunFacts): Told {
  const found = (answer?.says ?? []).flatMap(({ text, where }) => {
    const place = { ...answer?.where, ...where };
    const figure = answer && figureOf(named(text), answer.metric, place, summary);
    return figure === undefined ? [] : [{ ...figure, text: text.replace(braces, figure.text) }];
  });
  if (answer !== undefined && found.length > 0) {
    const says = found.map(({ text }) => text).join(', ');
    return { sentence: `${answer.at}: ${says} ${answer.end}`.trim(), behind: behind(found, summary, facts) };
  }
  return largest(summary, facts) ?? { sentence: 'This run has no cells.', behind: '' };
}

const braces = /\{([^}]*)\}/;
const named = (text: string) => braces.exec(text)?.[1] ?? '';

/** The figure that decides: what is serialised comes last. */
function figureOf(
  name: string,
  metric: string,
  where: Answer['where'],
  summary: Summary,
): Figure | undefined {
  const [numerator = '', denominator] = name.split('/');
  const fits = (found: Pick<Cell, 'metric' | 'params'>) =>
    found.metric === metric && matches(found.params, where);
  const figures =
    denominator === undefined
      ? summary.cells.filter((cell) => cell.variant === numerator && fits(cell)).map(ofCell)
      : summary.ratios
          .filter((ratio) => ratio.numerator === numerator && ratio.denominator === denominator)
          .filter(fits)
          .map(ofRatio);
  return figures.find(({ isSerialised }) => !isSerialised) ?? figures[0];
}

function ofCell({ median, params, boots, lo, hi, basis }: Cell): Figure {
  const width = interval({ value: median, lo, hi, boots });
  return { text: amount(median), params, boots, width, isSerialised: basis !== undefined };
}

function ofRatio(ratio: Ratio): Figure {
  const { value, params, boots = 1, basis } = ratio;
  return { text: times(value), params, boots, width: interval(ratio), isSerialised: basis !== undefined };
}

/** The clock, the boots and the intervals of some figures. */
function behind(figures: readonly Figure[], { profile }: Summary, facts: RunFacts): string {
  const clocks = unique(figures.map(({ params }) => clockText(facts, params)));
  const boots = Math.min(...figures.map((figure) => figure.boots));
  const widths = unique(figures.map(({ width }) => width)).join(' and ');
  return [
    clocks.join(' and '),
    boots === 1 ? 'one boot, so no interval' : `${plural(boots, 'boot')}, ${widths}`,
    ...(figures.some(({ isSerialised }) => isSerialised)
      ? ['the two sides take turns on this clock, so this explains and does not decide']
      : []),
    ...(profileRules[profile].judges ? [] : [`a ${profile} run checks the plumbing and decides nothing`]),
  ].join(' · ');
}

function largest(summary: Summary, facts: RunFacts): Told | undefined {
  const baseline = baselineOf(summary);
  const over = summary.ratios.filter((ratio) => isOfVariants(ratio) && ratio.denominator === baseline);
  const [first] = over.toSorted((a, b) => b.value - a.value);
  if (first === undefined) return lone(summary, facts);
  const { workload, topology, size, clock, idle: _idle, kernel: _kernel, ...own } = first.params;
  const place = Object.entries({ workload, ...own, topology, size, clock })
    .map(([name, value]) => factorText(name, value))
    .filter((text) => text !== '');
  const sentence = `${place.join(' · ')}: ${first.numerator} ${times(first.value)} ${baseline} (${first.metric}), the largest ratio`;
  return { sentence, behind: behind([ofRatio(first)], summary, facts) };
}

function lone(summary: Summary, facts: RunFacts): Told | undefined {
  const [cell] = summary.cells;
  if (cell === undefined) return undefined;
  const sentence = `${cell.variant}: ${amount(cell.median)} ${cell.unit}`.trim();
  return { sentence, behind: behind([ofCell(cell)], summary, facts) };
}
