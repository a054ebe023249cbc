import { inks } from '../palette.ts';
import type { View } from './drawing.ts';
import type { LineSeries } from './line-series.ts';
import { position, type Scale, spread } from './scale.ts';

export interface Plane {
  x: Scale;
  y: Scale;
  width: number;
  height: number;
}

export const nameHeight = 13;

const pixels = { type: 'quantitative', scale: null, axis: null };

/** The names of series at the ends of their lines, instead of a legend. Names that would overlap are moved apart. */
export function endNames(series: readonly LineSeries[], plane: Plane, color: unknown): View {
  return {
    data: { values: placed(series, plane).map(({ name, px, py }) => ({ series: name, px, py })) },
    mark: { type: 'text', align: 'left', baseline: 'middle' },
    encoding: {
      x: { field: 'px', ...pixels },
      y: { field: 'py', ...pixels },
      text: { field: 'series' },
      color,
    },
  };
}

/** Faint connections between lines and their names. */
export function leaders(series: readonly LineSeries[], plane: Plane): View {
  const rows = placed(series, plane).flatMap(({ name, px, py, end }) => [
    { series: name, ...end },
    { series: name, px: px - 3, py },
  ]);
  return {
    data: { values: rows },
    mark: { type: 'line', color: inks.axis.light, strokeWidth: 0.75, strokeDash: [1, 2] },
    encoding: { x: { field: 'px', ...pixels }, y: { field: 'py', ...pixels }, detail: { field: 'series' } },
  };
}

function placed(series: readonly LineSeries[], plane: Plane) {
  const ends = series.map((line) => endOf(line, plane));
  const levels = spread(
    ends.map(({ py }) => py),
    nameHeight,
    plane.height,
  );
  return ends.map((end, at) => ({
    name: series[at]?.name ?? '',
    px: plane.width + 14,
    py: levels[at] ?? end.py,
    end,
  }));
}

function endOf({ points, published }: LineSeries, { x, y, width, height }: Plane) {
  const all = points.length === 0 ? published : points;
  const last = all.reduce(
    (best, point) => (point.at > best.at ? point : best),
    all[0] ?? { at: 1, value: 1 },
  );
  return { px: position(x, last.at) * width, py: (1 - position(y, last.value)) * height };
}
