import { composeBare } from '../../report/figure/compose.ts';
import { type Layout, layouts, type View } from '../../report/figure/drawing.ts';
import { toSvg } from '../../report/figure/render.ts';
import { inline } from '../../report/page/figures.ts';
import type { Html } from '../../report/page/html.ts';
import { inks, stylesOf } from '../../report/palette.ts';
import type { HistoryEntry } from '../../store/history.ts';
import { metricOf } from '../../workload/metric.ts';
import type { CellState } from './state.ts';

/** The cell night by night: medians with their ranges, the noise around its level, and what happened when. */
export async function cellFigure(state: CellState): Promise<Html[]> {
  const parts: Html[] = [];
  for (const [name, layout] of Object.entries(layouts)) {
    const figure = {
      id: 'series',
      title: state.title,
      caption: [],
      views: [view(state, layout)],
      absent: [],
    };
    const svg = await toSvg(composeBare(figure, layout));
    parts.push(inline(svg, 'series', state.title, name as keyof typeof layouts));
  }
  return parts;
}

function view(state: CellState, layout: Layout): View {
  const [entry] = state.entries as [HistoryEntry];
  const color = stylesOf([entry.variant]).get(entry.variant)?.tint.light ?? inks.text.light;
  const nights = [...state.earlier, ...state.entries].map(({ at, median, lo, hi, testbedId }) => ({
    at,
    median,
    lo,
    hi,
    testbed: testbedId,
  }));
  const x = {
    field: 'at',
    type: 'temporal',
    scale: { type: 'utc' },
    axis: { title: null, format: '%Y-%m-%d', tickCount: layout === layouts.wide ? 6 : 3, grid: false },
  };
  const title = `${entry.metric} (${metricOf(entry.metric).unit})`;
  const y = { type: 'quantitative', scale: { zero: false }, axis: { title, format: '~s', tickCount: 6 } };
  const band = { from: state.level * (1 - state.floor), to: state.level * (1 + state.floor) };
  return {
    width: layout.loneWidth,
    height: layout.plotHeight,
    layer: [
      {
        data: { values: [band] },
        mark: { type: 'rect', color: inks.grid.light },
        encoding: { y: { field: 'from', ...y }, y2: { field: 'to' } },
      },
      ...marksOf(state).map(({ at, label, isEarly }) => ({
        data: { values: [{ at, label }] },
        layer: [
          { mark: { type: 'rule', color: inks.axis.light, strokeDash: [4, 3] }, encoding: { x } },
          {
            mark: {
              type: 'text',
              ...(isEarly ? { align: 'left', dx: 4 } : { align: 'right', dx: -4 }),
              ...{ baseline: 'top', y: 0, color: inks.muted.light },
            },
            encoding: { x, text: { field: 'label' } },
          },
        ],
      })),
      {
        data: { values: nights },
        layer: [
          { mark: { type: 'rule', color }, encoding: { x, y: { field: 'lo', ...y }, y2: { field: 'hi' } } },
          {
            mark: { type: 'line', color, strokeWidth: 1.5, point: { color, size: 18, filled: true } },
            encoding: { x, y: { field: 'median', ...y }, detail: { field: 'testbed' } },
          },
        ],
      },
    ],
  };
}

interface Mark {
  at: string;
  label: string;
  /** In the left half, where a text before the line would leave the figure. */
  isEarly: boolean;
}

/** The figure names losses, the last accepted change and the first night of this testbed. */
function marksOf({ entries, earlier, since, suspects }: CellState): Mark[] {
  const [first] = entries;
  const accepted = since > 0 ? entries[since] : undefined;
  const nights = [...earlier, ...entries].map(({ at }) => at);
  const marks = [
    ...(first !== undefined && earlier.length > 0 ? [{ at: first.at, label: 'new testbed' }] : []),
    ...(accepted === undefined ? [] : [{ at: accepted.at, label: 'accepted' }]),
    ...suspects.map(({ firstAfter }) => ({ at: firstAfter.at, label: firstAfter.commit.slice(0, 10) })),
  ];
  return marks.map((mark) => ({ ...mark, isEarly: nights.indexOf(mark.at) < nights.length / 2 }));
}
