import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import netperf from '../../../src/experiment/netperf.ts';
import { plainPlots } from '../../../src/report/plain-plots.ts';
import { type ReportInput, writeReport } from '../../../src/report/write.ts';
import { explainRows } from '../../fixtures/summary/explain.ts';
import { fixtureFacts as facts } from '../../fixtures/summary/facts.ts';
import { claims, quickSummary } from '../../fixtures/summary/quick.ts';

// Drawing takes a second, and many on a machine that builds a kernel beside.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-report-'));
});
afterEach(() => rm(dir, { recursive: true }));

const answer = { ...netperf.answer, says: [{ text: 'smc {smc/tcp}' }] } as ReportInput['answer'];

const whole = (): ReportInput => ({
  summary: quickSummary(),
  facts,
  plots: netperf.plots,
  answer,
  claims,
  explain: explainRows,
});
const one: ReportInput['plots'] = netperf.plots.slice(0, 1);
const pageOf = async (input: ReportInput) => {
  await writeReport(dir, input);
  return readFile(join(dir, 'report.html'), 'utf8');
};

test('writes each plot in three forms, the tables and the page', async () => {
  const paths = (await writeReport(dir, whole())).map((path) => relative(dir, path));
  for (const id of [...netperf.plots.map((plot) => plot.id), 'explain']) {
    for (const suffix of ['vl.json', 'svg', 'png']) expect(paths).toContain(`plots/${id}.${suffix}`);
  }
  for (const path of [
    'tables/cells.csv',
    'tables/cells.md',
    'tables/cells.tex',
    'tables/explain.csv',
    'report.html',
  ]) {
    expect(paths).toContain(path);
  }
  const png = await readFile(join(dir, 'plots/ladder.png'));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(JSON.parse(await readFile(join(dir, 'plots/ladder.vl.json'), 'utf8'))).toHaveProperty('concat');
});

test('the same run gives the same bytes, in whatever order it was measured', async () => {
  const first = await writeReport(dir, whole());
  const bytes = await Promise.all(first.map((path) => readFile(path)));
  const { summary, ...rest } = whole();
  const second = await writeReport(dir, {
    ...rest,
    summary: { ...summary, cells: summary.cells.toReversed() },
  });
  expect(second).toEqual(first);
  for (const [at, path] of second.entries())
    expect((await readFile(path)).equals(bytes[at] ?? Buffer.of())).toBe(true);
});

describe('report.html', () => {
  let html: string;
  beforeAll(async () => {
    const own = await mkdtemp(join(tmpdir(), 'zerohop-report-'));
    await writeReport(own, whole());
    html = await readFile(join(own, 'report.html'), 'utf8');
    await rm(own, { recursive: true });
  });

  test('fetches nothing and runs nothing', () => {
    expect(html).not.toMatch(/https?:|\/\/[\w-]+\.\w/);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|@font-face|\son\w+=/i);
    expect([...html.matchAll(/url\(([^)]*)\)/g)].filter(([, to]) => !to?.startsWith('#'))).toEqual([]);
  });

  test('has ids once, and a target for every reference', async () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBe(new Set(ids).size);
    for (const [, id] of html.matchAll(/(?:url\(|href=")#([^)"]+)/g)) expect(ids).toContain(id);
  });

  test('turns dark with the system, and draws every plot for desk and phone', async () => {
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).toContain('width=device-width');
    expect(html.split('<svg class="wide"').length).toBe(html.split('<svg class="narrow"').length);
    expect(html.split('<svg class="wide"').length - 1).toBe(netperf.plots.length + 1);
  });

  test('has the run’s facts, verdicts, absences, warnings and the command that repeats it', async () => {
    for (const words of [
      '<h1><span class="muted">netperf</span> 1 KB request-response: smc 1.77× tcp</h1>',
      'virtual clock (1 instruction = 1 ns) · ',
      '2026-01-02 03:04 UTC',
      '1 exceeded',
      '12 not measured',
      'smc-loopback-rr-1024',
      'The CPUs are emulated',
      '<b>Virtual clock</b>',
      '<b>Wall clock</b>',
      'this kernel has no bpf_sock_splice_pair',
      'load average 1.8',
      'npm run experiment netperf -- --profile quick --seed 1',
      'git checkout 0123456789abcdef',
      'Fixture CPU',
      'none failed',
    ]) {
      expect(html).toContain(words);
    }
  });

  test('begins with the answer and its figure, then lists the sections, published claims first', () => {
    const at = [
      '<h1>',
      'id="plot-rr-speedup"',
      '<nav',
      '<section id="claims"',
      '<section id="plots"',
      '<section id="cells"',
    ];
    const places = at.map((words) => html.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const sections = [...html.matchAll(/<section id="([\w-]+)">/g)].map(([, id]) => `#${id}`);
    const [, list = ''] = /<nav[^>]*>(.*?)<\/nav>/s.exec(html) ?? [];
    expect([...list.matchAll(/href="([^"]+)"/g)].map(([, to]) => to)).toEqual(sections);
    expect(html).not.toMatch(/<\/h2>\s*<\/section>/);
  });

  test('leads from a claim to its rule, figure, cells, samples and command', () => {
    const [, row = ''] = /<tr id="claim-smc-loopback-rr-1024">(.*?)<\/tr>/s.exec(html) ?? [];
    for (const words of [
      'href="#plot-rr-by-size"',
      'href="#cells-netperf-rr-loopback-virtual-',
      'href="samples.jsonl"',
      '· fixture',
      'npm run experiment netperf -- --only variant=smc,tcp --only workload=netperf --only test=rr --only topology=loopback --only size=1024 --clock virtual',
    ])
      expect(row).toContain(words);
    expect(html).toContain(
      '<b>at-least</b>: reproduced if the whole interval is at least 0.9 of the published figure',
    );
  });

  test('puts the claims about the answer first, and the others as they are published', async () => {
    const summary = quickSummary();
    const judged = summary.claims.map((claim) => ({
      ...claim,
      measured: { value: 1, lo: 1, hi: 1 },
      verdict: 'reproduced' as const,
    }));
    const page = await pageOf({ ...whole(), plots: one, summary: { ...summary, claims: judged } });
    const ids = [...page.matchAll(/<tr id="claim-([^"]+)"/g)].map(([, id]) => id);
    const isFirst = (id = '') => id.endsWith('loopback-rr-1024');
    const published = claims.map(({ id }) => id);
    expect(ids).toEqual([...published.filter(isFirst), ...published.filter((id) => !isFirst(id))]);
  });

  test('calls only a speed faster', async () => {
    const summary = quickSummary();
    const ratios = summary.ratios.map((ratio) => ({ ...ratio, comparison: 'faster' as const }));
    const notesOf = async (metric: string) => {
      const cells = summary.cells.filter((cell) => cell.metric === metric);
      return pageOf({
        ...whole(),
        plots: [],
        summary: { ...summary, cells, ratios: ratios.filter((ratio) => ratio.metric === metric) },
      });
    };
    expect(await notesOf('rate')).toContain('muted small">faster');
    const counted = await notesOf('instructions_per_txn');
    expect(counted).toContain('muted small">better');
    expect(counted).not.toContain('faster');
  });

  test('counts published claims and bars of our own apart', async () => {
    const summary = quickSummary();
    const [claim] = summary.claims;
    if (claim === undefined) throw new Error('the fixture has a claim');
    const judged = (kind: 'about' | 'bar', count: number) =>
      Array.from({ length: count }, (_, n) => ({
        ...claim,
        id: `${kind}-${n}`,
        kind,
        verdict: 'reproduced' as const,
      }));
    const text = await pageOf({
      ...whole(),
      summary: { ...summary, claims: [...judged('about', 3), ...judged('bar', 8)] },
    });
    const chips = [...text.matchAll(/<ul class="chips">.*?<\/ul>/gs)].map(([list]) =>
      list.replace(/<[^>]*>/g, '|'),
    );
    expect(chips).toHaveLength(2);
    expect(chips[0]).toMatch(/Published claims.*3 reproduced/);
    expect(chips[1]).toMatch(/Our own bars.*8 met/);
  });

  test('shows emulated numbers grey, and those of KVM not', async () => {
    expect(html).toContain('number grey');
    const summary = quickSummary();
    const cells = summary.cells.filter(({ params }) => params.clock === 'wall');
    const kvm = await pageOf({
      ...whole(),
      plots: one,
      summary: { ...summary, cells },
      facts: { ...facts, accelerator: 'kvm' },
    });
    expect(kvm).not.toContain('number grey');
    expect(kvm).not.toContain('The CPUs are emulated');
  });

  test('opens the proofs when one failed', async () => {
    const summary = quickSummary();
    const proofs = summary.proofs.map((proof, at) => ({ ...proof, ok: at > 0 }));
    const page = await pageOf({ ...whole(), plots: one, summary: { ...summary, proofs } });
    expect(page).toMatch(/1 of \d+ proofs failed/);
    expect(page).toContain('<h2>Proofs</h2><details open>');
  });

  test('escapes all texts', async () => {
    const hostile = `"><script>alert('x')</script>&`;
    const summary = quickSummary();
    const page = await pageOf({
      ...whole(),
      plots: one,
      facts: { ...facts, command: hostile, environment: { [hostile]: hostile } },
      summary: {
        ...summary,
        experiment: hostile,
        cells: summary.cells.map((cell) => ({ ...cell, variant: hostile })),
        ratios: summary.ratios.map((ratio) => ({ ...ratio, numerator: hostile })),
        claims: summary.claims.map((claim) => ({ ...claim, id: hostile, statement: hostile, why: hostile })),
        unavailable: [{ variant: hostile, params: { topology: hostile }, why: hostile }],
        proofs: summary.proofs.map((proof) => ({ ...proof, name: hostile, observed: hostile })),
        warnings: [hostile],
      },
    });
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });
});

test('an empty run has a page that says so', async () => {
  const summary = {
    ...quickSummary(),
    cells: [],
    ratios: [],
    claims: [],
    proofs: [],
    unavailable: [],
    warnings: [],
  };
  const page = await pageOf({ summary, facts, plots: netperf.plots });
  expect(page).toContain('This run has no cells.');
  const [, titles] = /Nothing to draw, as this run has no cells for it: ([^<]*)\./.exec(page) ?? [];
  expect(titles?.split('; ')).toHaveLength(netperf.plots.length);
  expect(page).not.toContain('undefined');
});

test('one variant alone has a page', async () => {
  const summary = quickSummary();
  const cells = summary.cells.filter(({ variant }) => variant === 'tcp');
  const page = await pageOf({ summary: { ...summary, cells, ratios: [] }, facts, plots: netperf.plots });
  expect(page).not.toMatch(/undefined|NaN/);
});

test('a run of an unknown experiment is drawn by metric', async () => {
  const summary = { ...quickSummary(), experiment: 'command' };
  const paths = await writeReport(dir, { summary, facts, plots: plainPlots(summary) });
  expect(paths.map((path) => relative(dir, path))).toContain('plots/rate.png');
});
