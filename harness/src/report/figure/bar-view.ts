import { unique } from '../../measure/group.ts';
import { inks, stylesOf } from '../palette.ts';
import type { Layout, View } from './drawing.ts';
import { linearScale, logScale, position, type Scale } from './scale.ts';
import { tickExpr } from './ticks.ts';

/**
 * `baseline`: a log axis, where bars start at the baseline's value, so that a bar's length is its ratio. `zero`: a
 * linear axis.
 */
export type BarStart = 'baseline' | 'zero';

export interface Bar {
  name: string;
  variant: string;
  value: number;
  lo: number;
  hi: number;
  baseline: number | undefined;
  /** Printed after the bar: the ratio over the baseline, and (grey) the absolute number. */
  ratio: string;
  amount: string;
}

interface BarFigure {
  layout: Layout;
  start: BarStart;
  panels: { title: string; xTitle: string; bars: Bar[] }[];
}

/** Pixels after the longest bar for its ratio and its amount. */
const ratioWidth = 46;
const amountWidth = 46;

/** Horizontal bars on a common axis, in the order given. */
export function barViews({ layout, start, panels }: BarFigure): View[] {
  const all = panels.flatMap(({ bars }) => bars);
  if (all.length === 0) return [];
  const width = layout.columns === 1 || panels.length > 1 ? layout.plotWidth : layout.loneWidth;
  const scale = scaleOf(all, start, width);
  const styles = stylesOf(all.map(({ variant }) => variant));
  const names = unique(all.map(({ name }) => name));
  const colors = names.map(
    (name) => styles.get(all.find((bar) => bar.name === name)?.variant ?? '')?.tint.light,
  );
  const color = { field: 'name', type: 'nominal', legend: null, scale: { domain: names, range: colors } };
  return panels.map((panel) => view({ ...panel, scale, start, width, color }));
}

function scaleOf(bars: readonly Bar[], start: BarStart, width: number): Scale {
  const values = bars.flatMap(({ value, lo, hi, baseline }) => [value, lo, hi, baseline ?? value]);
  const textWidth = amountWidth + (bars.some(({ ratio }) => ratio !== '') ? ratioWidth : 0);
  const air = textWidth / (width - textWidth);
  if (start === 'zero') return linearScale([0, ...values], air);
  const snug = logScale(values, 0.03);
  const [from, to] = snug.domain;
  return { ...snug, domain: [from, to * (to / from) ** air] };
}

interface ViewInput extends Pick<BarFigure, 'start'> {
  title: string;
  xTitle: string;
  bars: Bar[];
  scale: Scale;
  width: number;
  color: Record<string, unknown>;
}

function view({ title, bars, scale, start, width, xTitle, color }: ViewInput): View {
  const rows = bars.map(({ name, value, lo, hi, baseline, ratio, amount }) => ({
    name,
    value,
    lo,
    hi,
    ratio,
    amount,
    from: start === 'zero' ? 0 : (baseline ?? scale.domain[0]),
    ratioAt: position(scale, Math.max(value, hi)) * width + 9,
    amountAt: position(scale, Math.max(value, hi)) * width + 9 + (ratio === '' ? 0 : ratioWidth),
  }));
  const x = {
    type: 'quantitative',
    scale: { type: scale.type, domain: scale.domain, nice: false },
    axis: {
      values: scale.ticks,
      labelExpr: tickExpr(scale.ticks, 'amount'),
      title: xTitle,
      labelOverlap: true,
    },
  };
  const y = {
    field: 'name',
    type: 'nominal',
    sort: bars.map(({ name }) => name),
    axis: { title: null, domain: false, ticks: false, labelColor: inks.text.light, labelLimit: 140 },
  };
  return {
    width,
    height: { step: 22 },
    title: { text: title, fontSize: 11.5, fontWeight: 'normal', offset: 8 },
    data: { values: rows },
    layer: [
      {
        mark: { type: 'bar', height: 11 },
        encoding: { x: { ...x, field: 'from' }, x2: { field: 'value' }, y, color },
      },
      {
        transform: [{ filter: 'datum.from === datum.value' }],
        mark: { type: 'point', filled: true, size: 46, opacity: 1 },
        encoding: { x: { ...x, field: 'value' }, y, color },
      },
      {
        mark: { type: 'rule', color: inks.text.light, strokeWidth: 1.25 },
        encoding: { x: { ...x, field: 'lo' }, x2: { field: 'hi' }, y },
      },
      behind('ratio', inks.text.light, y),
      behind('amount', inks.muted.light, y),
    ],
  };
}

function behind(field: 'ratio' | 'amount', color: string, y: unknown): View {
  const x = { field: `${field}At`, type: 'quantitative', scale: null, axis: null };
  return {
    mark: { type: 'text', align: 'left', baseline: 'middle', color },
    encoding: { x, y, text: { field } },
  };
}
