import { resolve } from 'node:path';
import type { PlotSpec } from './experiment/experiment.ts';
import { checkoutRoot } from './host/cache.ts';
import { claimsOf } from './measure/published.ts';
import type { Summary } from './measure/summary.ts';
import { columnLines } from './report/columns.ts';
import { factsOf, type RunFacts } from './report/facts.ts';
import { compose } from './report/figure/compose.ts';
import { layouts, type View } from './report/figure/drawing.ts';
import { figure } from './report/figure/figure.ts';
import { toPng, toSvg } from './report/figure/render.ts';
import { inReadingOrder } from './report/order.ts';
import { vegaConfig } from './report/theme.ts';
import { experimentOf } from './store/again.ts';
import { readManifest, readSummary } from './store/read-run.ts';

export { openChanges } from './measure/levels.ts';
/** Notebooks import only this: runs, figures, tables, and the statistics of the nightly. */
export { random } from './measure/random.ts';
export { amount, interval } from './report/format.ts';

/** A finished run, read from its files. */
export interface OpenedRun {
  summary: Summary;
  facts: RunFacts;
  plots: readonly PlotSpec[];
}

/** Opens a run folder. A relative path is relative to the checkout. */
export async function openRun(dir: string): Promise<OpenedRun> {
  const path = resolve(checkoutRoot(), dir);
  const manifest = await readManifest(path);
  const { plots } = await experimentOf(manifest);
  return { summary: inReadingOrder(await readSummary(path)), facts: factsOf(manifest), plots };
}

declare const Deno: { jupyter: { display(data: Record<string, string>, how: { raw: true }): Promise<void> } };

/** Shows a figure of the run's experiment, by its id; changes replace parts of its declaration. */
export async function draw(run: OpenedRun, id: string, changes: Partial<PlotSpec> = {}): Promise<void> {
  const declared = run.plots.find((plot) => plot.id === id);
  if (declared === undefined)
    throw new TypeError(`expected one of ${run.plots.map((plot) => plot.id).join(', ')}, got ${id}`);
  const claims = await claimsOf(run.summary.experiment);
  const spec = { ...declared, ...changes };
  const drawn = figure({ ...run, spec, claims, layout: layouts.wide });
  if (drawn.views.length === 0) throw new TypeError(`the run has nothing for ${id}`);
  await showFigure(compose(drawn, layouts.wide), [drawn.title, ...drawn.caption].join('\n'));
}

/** Shows a figure of your own, as vega-lite. The description is what a reader without pictures gets. */
export function drawOwn(spec: View, description: string): Promise<void> {
  return showFigure({ config: vegaConfig, ...spec }, description);
}

/** Shows rows of text in columns; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): Promise<void> {
  return show({ 'text/plain': columnLines(rows).join('\n') });
}

async function showFigure(spec: View, description: string): Promise<void> {
  const png = toPng(await toSvg(spec)).toString('base64');
  await show({ 'image/png': png, 'text/plain': description });
}

/** Before the cell ends: its own value may come after that on a busy machine, and Jupyter leaves it out then. */
function show(data: Record<string, string>): Promise<void> {
  return Deno.jupyter.display(data, { raw: true });
}
