import type { PlotSpec } from '../experiment/experiment.ts';
import type { Summary } from '../measure/summary.ts';
import { unique } from './group.ts';

/** For a run whose experiment this version does not know: every metric as a ladder. */
export function plainPlots({ experiment, cells }: Summary): PlotSpec[] {
  return unique(cells.map(({ metric }) => metric)).map((metric) => ({
    id: metric.replaceAll('_', '-'),
    title: `${experiment}: ${metric.replaceAll('_', ' ')}`,
    kind: 'ladder',
    metric,
    where: {},
  }));
}
