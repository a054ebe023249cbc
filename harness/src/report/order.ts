import { clocks } from '../host/clock.ts';
import { groupBy } from '../measure/group.ts';
import type { Ratio, Summary } from '../measure/summary.ts';
import { type Metric, metricNames } from '../workload/metric.ts';
import type { Params } from '../workload/sample.ts';
import { topologyNames } from '../workload/topology.ts';
import { variantNames } from '../workload/variant/variants.ts';

/** Sorts a run's cells, which come in the random order of the measurement. */
export function inReadingOrder(summary: Summary): Summary {
  return {
    ...summary,
    cells: summary.cells.toSorted(comparing),
    ratios: summary.ratios.toSorted((a, b) => comparing(atNumerator(a), atNumerator(b))),
    proofs: summary.proofs.toSorted(comparing),
  };
}

/** The baseline variant: the denominator of most ratios. */
export function baselineOf({ ratios }: Pick<Summary, 'ratios'>): string | undefined {
  const counts = [...groupBy(ratios.filter(isOfVariants), ({ denominator }) => denominator)];
  return counts.sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** A ratio of two kernels names its variant among the params. */
export function isOfVariants({ params }: Ratio): boolean {
  return params['variant'] === undefined;
}

const atNumerator = (ratio: Ratio) => ({
  ...ratio,
  variant: `${ratio.params['variant'] ?? ratio.numerator}`,
});

interface Placed {
  variant: string;
  params: Params;
  metric?: Metric;
}

function comparing(a: Placed, b: Placed): number {
  const [ofA, ofB] = [places(a), places(b)];
  for (const [at, place] of ofA.entries()) {
    const other = ofB[at] ?? 0;
    if (place !== other) return place < other ? -1 : 1;
  }
  return 0;
}

/** Numbers are padded to this width, so that they sort as text. */
const widest = 20;

/** The sort keys, the most important first. Keys at one index always have the same type. */
function places({ variant, params, metric }: Placed): (number | string)[] {
  const { workload, topology, size, clock, idle, kernel, ...own } = params;
  const [original = variant] = variant.split('.');
  return [
    clocks.indexOf(clock),
    workload,
    Object.entries(own)
      .map(([name, value]) => `${name} ${typeof value === 'number' ? `${value}`.padStart(widest) : value}`)
      .sort()
      .join(' '),
    rank(topologyNames, topology),
    topology,
    // Polling gives the steadier figures.
    idle === 'default' ? 1 : 0,
    metric === undefined ? 0 : metricNames.indexOf(metric),
    size,
    rank(variantNames, original),
    variant,
    kernel,
  ];
}

/** Unknown names come last. */
function rank(known: readonly string[], name: string): number {
  const place = known.indexOf(name);
  return place === -1 ? known.length : place;
}
