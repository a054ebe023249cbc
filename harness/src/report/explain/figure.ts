import type { ExplainRow } from '../../store/explain-rows.ts';
import { acceleratorOf, clockText, type RunFacts } from '../facts.ts';
import type { Figure, Layout, View } from '../figure/drawing.ts';
import { linearScale } from '../figure/scale.ts';
import { textWidth } from '../figure/text-width.ts';
import { tickExpr } from '../figure/ticks.ts';
import { amount } from '../format.ts';
import { inks, otherTint, partTints } from '../palette.ts';
import { columnOf, columnsOf, costLines, groupOf, sum } from './rows.ts';

const height = 560;
const fontSize = 9.5;

/** A flame graph of two levels, groups and their symbols. It lies on its side, so that names fit. */
export function explainFigure(rows: readonly ExplainRow[], facts: RunFacts, layout: Layout): Figure {
  const variants = columnsOf(rows);
  const clock = rows[0]?.clock ?? 'virtual';
  const how = clock === 'wall' ? "samples of the CPU's instruction counter" : clockText(facts, { clock });
  const caption = [
    `One profiled run a variant · ${how} · no interval: one run has none`,
    [
      acceleratorOf(facts, clock),
      `memory path ${facts.memoryPath}`,
      `QEMU ${facts.qemuVersion}`,
      facts.date.slice(0, 10),
      `zerohop ${facts.commit.slice(0, 12)}`,
    ].join(' · '),
  ];
  const groups = costLines(rows, 'group').map(({ name }) => name);
  const most = Math.max(...variants.map((variant) => sum(rows.filter((row) => columnOf(row) === variant))));
  const views = variants.map((variant) => {
    const columnRows = rows.filter((row) => columnOf(row) === variant);
    return view({ variant, rows: columnRows, groups, most, width: layout.plotWidth });
  });
  return {
    id: 'explain',
    title: `Instructions a transaction: ${variants.join(' beside ')}`,
    caption,
    views,
    absent: [],
  };
}

interface ViewInput {
  variant: string;
  rows: readonly ExplainRow[];
  /** The groups of all variants. All panels use the same order and colours. */
  groups: readonly string[];
  most: number;
  width: number;
}

interface Box {
  from: number;
  to: number;
  left: number;
  right: number;
  group: string;
  /** Empty if the box is too low for text. */
  text: string;
  shade: number;
}

function view({ variant, rows, groups, most, width }: ViewInput): View {
  const scale = linearScale([0, most], 0.005);
  const y = {
    type: 'quantitative',
    scale: { domain: scale.domain, nice: false, reverse: true },
    axis: {
      values: scale.ticks,
      labelExpr: tickExpr(scale.ticks, 'amount'),
      title: 'instructions',
      grid: false,
    },
  };
  const x = { type: 'quantitative', scale: null, axis: null };
  const range = groups.map((_, at) => (partTints[at] ?? otherTint).light);
  const boxes = boxesOf(rows, groups, width, scale.domain[1] / height);
  return {
    width,
    height,
    title: { text: `${variant} · ${amount(sum(rows))}`, fontSize: 11.5, fontWeight: 'normal', offset: 8 },
    data: { values: boxes.map((box) => ({ ...box, middle: (box.from + box.to) / 2, textAt: box.left + 4 })) },
    layer: [
      {
        mark: { type: 'rect', stroke: inks.paper.light, strokeWidth: 0.75 },
        encoding: {
          y: { ...y, field: 'from' },
          y2: { field: 'to' },
          x: { ...x, field: 'left' },
          x2: { field: 'right' },
          color: { field: 'group', type: 'nominal', legend: null, scale: { domain: groups, range } },
          opacity: { field: 'shade', type: 'quantitative', scale: null, legend: null },
        },
      },
      {
        transform: [{ filter: "datum.text !== ''" }],
        mark: { type: 'text', align: 'left', baseline: 'middle', fontSize, color: inks.paper.light },
        encoding: { y: { ...y, field: 'middle' }, x: { ...x, field: 'textAt' }, text: { field: 'text' } },
      },
    ],
  };
}

function boxesOf(
  rows: readonly ExplainRow[],
  groups: readonly string[],
  width: number,
  perPixel: number,
): Box[] {
  const middle = Math.round(width * 0.36);
  const box = (group: string, name: string, from: number, to: number, inner: boolean, shade: number): Box => {
    const [left, right] = inner ? [middle + 1, width] : [0, middle];
    return { from, to, left, right, group, shade, text: fitting(name, right - left, (to - from) / perPixel) };
  };
  let at = 0;
  return groups.flatMap((group) => {
    const groupRows = rows
      .filter((row) => groupOf(row) === group)
      .sort((a, b) => b.instructions - a.instructions);
    const start = at;
    const visible = groupRows.filter(({ instructions }) => instructions >= 2 * perPixel);
    const symbols = visible.map(({ symbol, instructions }, place) => {
      at += instructions;
      return box(group, symbol, at - instructions, at, true, place % 2 === 0 ? 0.9 : 0.8);
    });
    const end = start + sum(groupRows);
    const rest =
      end > at ? [box(group, `${groupRows.length - visible.length} smaller`, at, end, true, 0.55)] : [];
    at = end;
    return end > start ? [box(group, group, start, end, false, 1), ...symbols, ...rest] : [];
  });
}

/** The name, cut to the width of its box. */
function fitting(name: string, width: number, height: number): string {
  if (height < fontSize + 1) return '';
  let text = name;
  while (text.length > 1 && textWidth(text, fontSize) + 8 > width) text = `${text.slice(0, -2)}…`;
  return text.length > 1 ? text : '';
}
