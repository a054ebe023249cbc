import { describe, expect, test, vi } from 'vitest';
import type { PlotSpec } from '../../../src/experiment/experiment.ts';
import netperf from '../../../src/experiment/netperf.ts';
import { type Summary, summarySchema } from '../../../src/measure/summary.ts';
import { compose } from '../../../src/report/figure/compose.ts';
import { layouts } from '../../../src/report/figure/drawing.ts';
import { figure } from '../../../src/report/figure/figure.ts';
import { standalone, toPng, toSvg } from '../../../src/report/figure/render.ts';
import { tints } from '../../../src/report/palette.ts';
import { fixtureFacts as facts } from '../../fixtures/summary/facts.ts';
import { claims, quickSummary } from '../../fixtures/summary/quick.ts';

// Drawing takes a second, and many on a machine that builds a kernel beside.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const draw = (spec: PlotSpec, summary: Summary = quickSummary()) =>
  figure({ spec, summary, claims, facts, layout: layouts.wide });
const svgOf = (spec: PlotSpec, summary?: Summary) => toSvg(compose(draw(spec, summary), layouts.wide));

const bySize: PlotSpec = {
  id: 'rr',
  title: 'TCP_RR by message size',
  kind: 'by-size',
  metric: 'rate',
  where: { workload: 'netperf', test: 'rr', clock: 'virtual' },
};
const speedup: PlotSpec = { ...bySize, id: 'speedup', kind: 'speedup' };
const ladder: PlotSpec = {
  id: 'ladder',
  title: 'Ladder',
  kind: 'ladder',
  metric: 'rate',
  where: { workload: 'pingpong', size: 1024, clock: 'virtual' },
};
const instructions: PlotSpec = {
  id: 'instructions',
  title: 'Instructions',
  kind: 'instructions',
  metric: 'instructions_per_txn',
  where: { test: 'rr', size: 1024, topology: 'loopback' },
};

test('the fixture is a valid summary', () => {
  expect(() => summarySchema.parse(quickSummary())).not.toThrow();
});

describe.each([...netperf.plots, bySize, speedup, ladder, instructions])('$id', (spec) => {
  test('gives the same bytes whatever was drawn before it', async () => {
    const first = await svgOf(spec);
    await svgOf(bySize);
    expect(await svgOf(spec)).toBe(first);
  });

  test('says how much stands behind it, and where and when it was measured', async () => {
    const svg = await svgOf(spec);
    expect(svg).toMatch(/\d boots × \d sample/);
    expect(svg).toMatch(/range over boots|95 % t interval/);
    expect(svg).toMatch(/virtual clock|wall clock/);
    for (const words of ['tcg', 'memory path ram', 'QEMU 7.2.19', '2026-01-02', '0123456789ab']) {
      expect(svg).toContain(words);
    }
    expect(svg).not.toContain('undefined');
    expect(svg).not.toContain('NaN');
  });

  test('holds no colour without a dark counterpart', async () => {
    const light = new Set(tints.map((tint) => tint.light));
    const used = [...(await svgOf(spec)).matchAll(/(?:fill|stroke)="(#\w+)"/g)].map(([, color]) => color);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((color) => !light.has(color ?? ''))).toEqual([]);
  });
});

test('the same picture is the same PNG', async () => {
  const svg = await svgOf(ladder);
  expect(toPng(svg).equals(toPng(svg))).toBe(true);
});

test('a panel a topology, a named line a variant', async () => {
  const { views } = draw(bySize);
  expect(views.map((view) => (view['title'] as { text: string }).text)).toEqual(['loopback', 'container']);
  const svg = await svgOf(bySize);
  for (const name of ['tcp', 'smc', 'sockmap']) expect(svg).toContain(`>${name}</text>`);
});

test('published figures are hollow points, said to be from elsewhere, at the points that were measured', async () => {
  const svg = await svgOf(speedup);
  expect(svg).toContain('Hollow: published figures');
  expect(svg).not.toContain('>splice-poll</text>');
  const marksOf = ({ views }: ReturnType<typeof draw>) =>
    views.flatMap((view) =>
      (view['layer'] as { data?: { values: object[] }; mark?: { filled?: boolean } }[])
        .filter(({ mark }) => mark?.filled === false)
        .flatMap(({ data }) => data?.values ?? []),
    );
  expect(marksOf(draw(speedup))).toEqual([{ series: 'smc', variant: 'smc', at: 1024, value: 1.6 }]);
  const ours = claims.map((claim) => ({ ...claim, kind: 'bar' as const }));
  const few = quickSummary().ratios.filter(({ params }) => params.size !== 1024);
  const without = [
    figure({ spec: speedup, summary: quickSummary(), claims: [], facts, layout: layouts.wide }),
    figure({ spec: speedup, summary: quickSummary(), claims: ours, facts, layout: layouts.wide }),
    figure({
      spec: speedup,
      summary: { ...quickSummary(), ratios: few },
      claims,
      facts,
      layout: layouts.wide,
    }),
  ];
  for (const none of without) expect(none.caption.join()).not.toContain('Hollow');
});

test.each([bySize, speedup])('one size makes bars of the $kind figure, not an empty plane', (spec) => {
  const summary = quickSummary();
  const at = ({ params }: { params: { size: number } }) => params.size === 1024;
  const {
    views: [view = {}],
    caption,
  } = draw(spec, {
    ...summary,
    cells: summary.cells.filter(at),
    ratios: summary.ratios.filter(at),
  });
  const rows = (view['data'] as { values: { name: string; ratio: string }[] }).values;
  expect(rows.map(({ name }) => name)).toEqual(['tcp', 'sockmap', 'smc']);
  expect(rows.at(-1)?.ratio).toBe('1.77×');
  expect(caption).toContain(
    'A bar reaches from tcp to the variant on a log axis: its length is the ratio behind it',
  );
});

test('the ladder climbs', () => {
  const [view = {}] = draw(ladder).views;
  const rows = (view['data'] as { values: { name: string; value: number }[] }).values;
  expect(rows[0]?.name).toBe('tcp');
  expect(rows.at(-1)?.name).toBe('shm-limit');
  expect(rows.map(({ value }) => value)).toEqual(rows.map(({ value }) => value).toSorted((a, b) => a - b));
});

test('a variant of two workloads is two bars with names of their own', async () => {
  const svg = await svgOf(instructions);
  expect(svg).toContain('tcp (netperf)');
  expect(svg).toContain('tcp (pingpong)');
});

describe('what is missing', () => {
  test('is named with its reason', () => {
    const { absent } = draw(bySize);
    expect(absent).toContainEqual({ name: 'splice', why: 'this kernel has no bpf_sock_splice_pair' });
    expect(absent).toContainEqual({ name: 'sockmap', why: 'no cells for container' });
  });

  test('is named in the picture itself', async () => {
    expect(await svgOf(bySize)).toContain('Not drawn, or in part: splice, splice-poll, onecopy, sockmap');
  });

  test('includes a size that a line skips', () => {
    const summary = quickSummary();
    const cells = summary.cells.filter(({ variant, params }) => !(variant === 'smc' && params.size === 1024));
    expect(draw(bySize, { ...summary, cells }).absent).toContainEqual({
      name: 'smc',
      why: 'no cells at 1 KB for loopback; no cells at 1 KB for container',
    });
  });

  test('includes a variant that the figure wants and the run does not know', () => {
    const { absent } = draw({ ...bySize, variants: ['tcp', 'quic'] });
    expect(absent).toEqual([{ name: 'quic', why: 'no cells in this run' }]);
  });

  test('leaves nothing to draw when it is everything', () => {
    expect(draw({ ...bySize, metric: 'lost_updates' }).views).toEqual([]);
    expect(draw(speedup, { ...quickSummary(), ratios: [] }).views).toEqual([]);
  });
});

test('serialised cells are called so', () => {
  const summary = quickSummary();
  const cells = summary.cells.map((cell) => ({ ...cell, basis: 'serialised' as const }));
  expect(draw(bySize, { ...summary, cells }).caption.join()).toContain('does not decide');
  expect(draw(bySize).caption.join()).not.toContain('does not decide');
});

test('instructions of the wall clock are said to be the CPUs’ own count', async () => {
  const summary = quickSummary();
  const own = summary.cells
    .filter(({ metric }) => metric === 'instructions_per_txn')
    .map((cell) => ({
      ...cell,
      params: { ...cell.params, clock: 'wall' as const, idle: 'default' as const },
    }));
  const both = { ...summary, cells: [...summary.cells, ...own] };
  expect(await svgOf(instructions, both)).toContain('as the CPUs themselves count them');
  expect(await svgOf(instructions)).not.toContain('as the CPUs themselves count them');
});

test('an axis says "(emulated)" of emulated hosts, and not of processes of this machine beside them', async () => {
  const summary = quickSummary();
  const onWall = (topology: string) => (cell: Summary['cells'][number]) => ({
    ...cell,
    params: { ...cell.params, topology, clock: 'wall' as const, idle: 'default' as const },
  });
  const own = summary.cells.filter(
    ({ metric, params }) => metric === 'rate' && params.size === 1024 && params.topology === 'loopback',
  );
  const cells = [...own.map(onWall('hosts')), ...own.map(onWall('processes'))];
  for (const spec of [bySize, { ...ladder, where: { workload: 'pingpong', size: 1024 } }]) {
    const { views } = draw({ ...spec, where: { ...spec.where, clock: 'wall' } }, { ...summary, cells });
    const texts = views.map((view) => JSON.stringify(view));
    expect(texts.map((text) => /"text":"(hosts|processes)/.exec(text)?.[1])).toEqual(['hosts', 'processes']);
    expect(texts.map((text) => text.includes('(emulated)'))).toEqual([true, false]);
  }
});

test('bars by a factor are of one variant each, and nothing is said to be missing', () => {
  const { where } = bySize;
  const spec: PlotSpec = {
    ...{ ...instructions, metric: 'rate', where: { ...where, topology: 'loopback' } },
    over: { factor: 'size', title: 'size' },
  };
  const { views, caption } = draw(spec);
  const panelOf = (view: Record<string, unknown>) => ({
    title: (view['title'] as { text: string }).text,
    names: (view['data'] as { values: { name: string }[] }).values.map(({ name }) => name),
  });
  const drawn = views.map(panelOf);
  expect(drawn.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['loopback · tcp', 'loopback · smc', 'loopback · sockmap']),
  );
  for (const { names } of drawn) expect(new Set(names).size).toBe(names.length);
  expect(caption.join()).not.toContain('Not drawn');
});

test('the axis of a share ends at 1', () => {
  const cells = quickSummary().cells.map((cell) => ({ ...cell, metric: 'success_ratio' as const }));
  const at = (cell: (typeof cells)[number]) => ({ ...cell, median: 0.99, lo: 0.98, hi: 0.99 });
  const { views } = draw({ ...bySize, metric: 'success_ratio' }, { ...quickSummary(), cells: cells.map(at) });
  const domains = [...JSON.stringify(views[0]).matchAll(/"domain":\[([\d.]+),([\d.]+)\],"nice"/g)];
  expect(domains.map(([, , most]) => Number(most))).toContain(1);
});

test('one variant at one size is drawn', async () => {
  const summary = quickSummary();
  const cells = summary.cells.slice(0, 1);
  const svg = await svgOf(bySize, { ...summary, cells, ratios: [], unavailable: [] });
  expect(svg).toContain('>tcp</text>');
  expect(svg).not.toContain('NaN');
});

test('hostile names stay text, in a well-formed picture', async () => {
  const hostile = `</text><script>alert(1)</script>&"'\u0007`;
  const summary = quickSummary();
  const cells = summary.cells.map((cell) => ({
    ...cell,
    variant: cell.variant === 'smc' ? hostile : cell.variant,
  }));
  const svg = await svgOf({ ...bySize, title: hostile }, { ...summary, cells });
  expect(svg).not.toContain('<script');
  expect(svg).not.toContain('\u0007');
  expect(() => toPng(svg)).not.toThrow();
});

test('a lone SVG turns dark by itself', async () => {
  const svg = standalone(await svgOf(bySize));
  expect(svg).toMatch(/^<svg[^>]*><style>@media \(prefers-color-scheme: dark\)/);
  expect(() => toPng(svg)).not.toThrow();
});
