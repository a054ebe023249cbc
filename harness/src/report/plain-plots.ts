import type { PlotSpec } from '../experiment/experiment.ts';
import { unique } from '../measure/group.ts';
import type { Summary } from '../measure/summary.ts';

/** Plots for a run of an unknown experiment: a ladder for each metric. */
export function plainPlots({ experiment, cells }: Summary): PlotSpec[] {
  return unique(cells.map(({ metric }) => metric)).map((metric) => ({
    id: metric.replaceAll('_', '-'),
    title: `${experiment}: ${metric.replaceAll('_', ' ')}`,
    kind: 'ladder',
    metric,
    where: {},
  }));
}
