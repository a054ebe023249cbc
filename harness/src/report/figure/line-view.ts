import { unique } from '../../measure/group.ts';
import { inks, stylesOf } from '../palette.ts';
import type { Layout, View } from './drawing.ts';
import { endNames, leaders, nameHeight, type Plane } from './end-names.ts';
import type { LineSeries } from './line-series.ts';
import { below, logScale, type Scale } from './scale.ts';
import { sizeExpr, tickExpr } from './ticks.ts';

export interface LinePanel {
  title: string;
  yTitle: string;
  series: LineSeries[];
  /** A reference level, drawn as a thin line. */
  reference?: { at: number; name: string };
}

interface LineFigure {
  layout: Layout;
  xTitle: string;
  yFormat: 'amount' | 'ratio';
  /** A value that no point can exceed. */
  yMost?: number;
  panels: LinePanel[];
}

/** Log-log panels with common axes. Each line has its name at its end; names that would overlap are moved apart. */
export function lineViews({ layout, xTitle, yFormat, yMost, panels }: LineFigure): View[] {
  const all = panels.flatMap(({ series }) => series);
  if (all.length === 0) return [];
  const width = panels.length === 1 ? layout.loneWidth : layout.plotWidth;
  const height = Math.max(layout.plotHeight, ...panels.map(({ series }) => series.length * nameHeight));
  const references = panels.flatMap(({ reference }) => (reference === undefined ? [] : [reference.at]));
  const free = logScale([
    ...all.flatMap((line) => line.points.flatMap(({ value, lo, hi }) => [value, lo, hi])),
    ...all.flatMap((line) => line.published.map(({ value }) => value)),
    ...references,
  ]);
  const y = yMost === undefined ? free : below(yMost, free);
  const places = unique(all.flatMap((line) => [...line.points, ...line.published].map(({ at }) => at)));
  const x = { ...logScale(places, 0.04), ticks: places.sort((a, b) => a - b) };
  const look = looks(all);
  return panels.map((panel) => view({ panel, width, height, x, y, xTitle, yFormat, look }));
}

interface ViewInput extends Pick<LineFigure, 'xTitle' | 'yFormat'> {
  panel: LinePanel;
  width: number;
  height: number;
  x: Scale;
  y: Scale;
  look: Looks;
}

function view({ panel, width, height, x, y, xTitle, yFormat, look }: ViewInput): View {
  const plane: Plane = { x, y, width, height };
  const rows = panel.series.flatMap(({ name, points }) =>
    points.map((point) => ({ series: name, ...point })),
  );
  const published = panel.series.flatMap((line) =>
    line.published.map((point) => ({ series: line.name, ...point })),
  );
  const xAxis = {
    values: x.ticks,
    labelExpr: sizeExpr(x.ticks),
    title: xTitle,
    grid: false,
    labelOverlap: true,
  };
  const yAxis = { values: y.ticks, labelExpr: tickExpr(y.ticks, yFormat), title: panel.yTitle };
  const at = {
    x: {
      field: 'at',
      type: 'quantitative',
      scale: { type: x.type, domain: x.domain, nice: false },
      axis: xAxis,
    },
    y: {
      field: 'value',
      type: 'quantitative',
      scale: { type: y.type, domain: y.domain, nice: false },
      axis: yAxis,
    },
  };
  return {
    width,
    height,
    title: { text: panel.title, fontSize: 11.5, fontWeight: 'normal', offset: 8 },
    data: { values: rows },
    layer: [
      ...(panel.reference === undefined ? [] : [referenceLine(panel.reference, at.y)]),
      leaders(panel.series, plane),
      {
        mark: { type: 'line', strokeWidth: 1.75, clip: true },
        encoding: { ...at, color: look.color, strokeDash: look.dash },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { x: at.x, y: { ...at.y, field: 'lo' }, y2: { field: 'hi' }, color: look.color },
      },
      {
        mark: { type: 'point', filled: true, size: 34, opacity: 1 },
        encoding: { ...at, color: look.color, shape: look.shape },
      },
      {
        data: { values: published },
        mark: {
          type: 'point',
          filled: false,
          fill: inks.paper.light,
          size: 44,
          strokeWidth: 1.5,
          opacity: 1,
        },
        encoding: { ...at, color: look.color, shape: look.shape },
      },
      endNames(panel.series, plane, look.color),
    ],
  };
}

/** Scales that give each series the look of its variant. There is no legend, because names stand at the lines. */
function looks(all: readonly LineSeries[]) {
  const variants = new Map(all.map(({ name, variant }) => [name, variant]));
  const styles = stylesOf(variants.values());
  const present = [...variants.values()].map((variant) => styles.get(variant));
  const channel = (range: unknown[]) => ({
    field: 'series',
    type: 'nominal',
    scale: { domain: [...variants.keys()], range },
    legend: null,
  });
  return {
    color: channel(present.map((style) => style?.tint.light)),
    dash: channel(present.map((style) => (style?.dash.length ? style.dash : [1, 0]))),
    shape: channel(present.map((style) => style?.shape)),
  };
}

type Looks = ReturnType<typeof looks>;

function referenceLine({ at, name }: { at: number; name: string }, yChannel: unknown): View {
  return {
    data: { values: [{ value: at, name }] },
    layer: [
      { mark: { type: 'rule', color: inks.muted.light, strokeWidth: 1 }, encoding: { y: yChannel } },
      {
        mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 3, dy: -2, color: inks.muted.light },
        encoding: { x: { value: 0 }, y: yChannel, text: { field: 'name' } },
      },
    ],
  };
}
