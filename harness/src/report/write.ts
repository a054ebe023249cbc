import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Claim } from '../experiment/claim.ts';
import type { Answer, PlotSpec } from '../experiment/experiment.ts';
import type { Summary } from '../measure/summary.ts';
import type { ExplainRow } from '../store/explain-rows.ts';
import { answerOf } from './answer.ts';
import { explainFigure } from './explain/figure.ts';
import { explainCsv } from './explain/table.ts';
import type { RunFacts } from './facts.ts';
import { compose } from './figure/compose.ts';
import type { Figure, Layout } from './figure/drawing.ts';
import { layouts } from './figure/drawing.ts';
import { figure } from './figure/figure.ts';
import { standalone, toPng, toSvg } from './figure/render.ts';
import { inReadingOrder } from './order.ts';
import { explainSection } from './page/explain.ts';
import { type DrawnFigure, figurePart, figuresSection, hasViews } from './page/figures.ts';
import { html } from './page/html.ts';
import { page } from './page/page.ts';
import { evidenceIn } from './page/places.ts';
import { csvTable, latexTables, markdownTables } from './tables.ts';

export interface ReportInput {
  summary: Summary;
  facts: RunFacts;
  plots: readonly PlotSpec[];
  answer?: Answer | undefined;
  /** Published figures: where they come from, and for speed-up plots. */
  claims?: readonly Claim[];
  /** The lines of explain.jsonl, if the run has one. */
  explain?: readonly ExplainRow[];
}

/** Writes plots/, tables/ and report.html into a run folder, and returns the paths. Equal input gives equal bytes. */
export async function writeReport(dir: string, input: ReportInput): Promise<string[]> {
  const { facts, plots, answer, claims = [], explain = [] } = input;
  const summary = inReadingOrder(input.summary);
  const figures = plots.map((spec) => twice((layout) => figure({ spec, summary, facts, claims, layout })));
  const explained = twice((layout) => explainFigure(explain, facts, layout));
  const drawn = figures.filter(hasViews);
  const first = drawn.find(({ wide }) => wide.id === answer?.plot) ?? drawn[0];
  const sections = [await figuresSection(figures, first)];
  if (explain.length > 0) sections.push(await explainSection(explain, explained));
  const files: File[] = [
    ...(await figureFiles([...figures, explained])),
    ['tables/cells.csv', csvTable(summary)],
    ['tables/cells.md', markdownTables(summary, facts)],
    ['tables/cells.tex', latexTables(summary, facts)],
    ...(explain.length > 0 ? [['tables/explain.csv', explainCsv(explain)] satisfies File] : []),
    [
      'report.html',
      page({
        summary,
        facts,
        told: answerOf(answer, summary, facts),
        shown: {
          claims,
          ...evidenceIn(
            summary,
            facts,
            plots.filter(({ id }) => drawn.some(({ wide }) => wide.id === id)),
            answer,
          ),
        },
        figure: first === undefined ? html`` : await figurePart(first, 'h2'),
        figures: sections,
      }),
    ],
  ];
  for (const [name, content] of files) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
  return files.map(([name]) => join(dir, name));
}

type File = [name: string, content: string | Buffer];

function twice(draw: (layout: Layout) => Figure): DrawnFigure {
  return { wide: draw(layouts.wide), narrow: draw(layouts.narrow) };
}

async function figureFiles(figures: readonly DrawnFigure[]): Promise<File[]> {
  const files: File[] = [];
  for (const { wide } of figures.filter((drawn) => drawn.wide.views.length > 0)) {
    const spec = compose(wide, layouts.wide);
    const svg = await toSvg(spec);
    files.push(
      [`plots/${wide.id}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`],
      [`plots/${wide.id}.svg`, standalone(svg)],
      [`plots/${wide.id}.png`, toPng(svg)],
    );
  }
  return files;
}
