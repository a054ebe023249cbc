import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeDashboard } from '../../../src/nightly/dashboard/write.ts';
import { appendPartTime } from '../../../src/store/part-times.ts';
import { appendRegressions, type RegressionRecord } from '../../../src/store/regressions.ts';
import { commitOf, makeHistory } from './made-history.ts';
import { play } from './made-nights.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let results: string;
let front: string;
const cell = (name: string) => readFile(join(results, 'dashboard/cells', name), 'utf8');
const lossAt = 50;
const splice = 'splice-rate-netperf-loopback-1024-virtual---default-test=rr.html';

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zerohop-dashboard-'));
  await makeHistory(results, { nights: 10, testbedId: 'old0' });
  await makeHistory(results, {
    nights: 50,
    from: 10,
    testbedId: 'new1',
    factor: (variant, size, night) => (variant === 'splice' && size === 1024 && night >= lossAt ? 0.95 : 1),
  });
  await mkdir(join(results, 'runs/r59'), { recursive: true });
  await writeFile(join(results, 'runs/r59/report.html'), '');
  front = await readFile(await writeDashboard(results, []), 'utf8');
});
afterAll(() => rm(results, { recursive: true }));

test('the front page says what is wrong, by the commit that did it', () => {
  expect(front).toMatch(/<h1>.*2026-03-01<\/span> 2 of \d+ cells lost their level, by 1 cause<\/h1>/s);
  expect(front).toMatch(
    new RegExp(
      `Since ${commitOf(lossAt).slice(0, 10)} \\(last good: ${commitOf(lossAt - 1).slice(0, 10)}\\): splice · netperf rr · \\w+ · 1 KB · rate fell by [45]\\.\\d\\d %`,
    ),
  );
});

test('the front page says why a loss is believed, and the feed has it once it is confirmed', async () => {
  const [made] = play({ splice: [100, 100, 95] }).at(-1)?.records ?? [];
  if (made === undefined) throw new Error('nothing was found');
  const record = { ...made, firstBad: commitOf(lossAt), lastGood: commitOf(lossAt - 1) };
  const written = async (changes: Partial<RegressionRecord>) => {
    await appendRegressions([{ ...record, ...changes }], results);
    return readFile(await writeDashboard(results, []), 'utf8');
  };
  const feed = () => readFile(join(results, 'dashboard/regressions.atom'), 'utf8');
  expect(front).toContain('A suspicion, not proved yet.');
  const proof = { confirmed: false, why: 'inside the floor', runs: [], ratios: [], symbols: [] };
  expect(await written({ proof })).toContain('A suspicion, not confirmed: inside the floor.');
  expect(await feed()).not.toContain('<entry>');
  const why = 'beyond 0.20 % & more';
  const confirmed = {
    state: 'confirmed',
    proof: { ...proof, confirmed: true, why },
    culprit: 'abc',
  } as const;
  expect(await written(confirmed)).toContain('Confirmed: beyond 0.20 % &amp; more; caused by abc.');
  const text = await feed();
  expect(text.match(/<entry>/g)).toHaveLength(1);
  expect(text).toContain(`<id>urn:zerohop:regression:${record.id}</id>`);
  expect(text).toContain('<title>confirmed: netperf splice -5.00 %</title>');
  expect(text).toContain('beyond 0.20 % &amp; more');
  await written({ ...confirmed, state: 'fixed', fixedBy: 'def' });
  expect((await feed()).match(/<entry>/g)).toHaveLength(1);
  expect(await feed()).toContain('<title>fixed: netperf splice -5.00 %</title>');
});

test('the feed is well-formed: each of its elements ends, in order', async () => {
  const text = await readFile(join(results, 'dashboard/regressions.atom'), 'utf8');
  const open: string[] = [];
  for (const [, end, name = '', empty] of text.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)) {
    if (end) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name);
  }
  expect(open).toEqual([]);
  expect(text.replaceAll(/<[^<>]*>|&(?:amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[<>&]/);
});

test('the front page says what the parts of the last night took', async () => {
  const at = '2026-03-01T04:00:00.000Z';
  const time = { at, part: 'baseline', commit: commitOf(1), minutes: 21.24, findings: 0 };
  await appendPartTime(time, results);
  await appendPartTime({ ...time, part: 'splice', minutes: null, findings: null }, results);
  const text = await readFile(await writeDashboard(results, []), 'utf8');
  expect(text).toContain('<td>baseline</td><td class="number">21.2 min</td><td>2026-03-01</td>');
  expect(text).toContain('<td>splice</td><td class="number">no room</td>');
});

test('the front page has the published ratios with their nights, and both testbeds', () => {
  expect(front.match(/class="spark"/g)?.length).toBe(10);
  expect(front).toMatch(
    /TCP_RR of 1 KB over loopback: splice is 2.2 times tcp<\/a><\/td><td class="number">2\.1\d×/,
  );
  expect(front).toContain('<code>old0</code></td><td class="number">10</td>');
  expect(front).toContain('<code>new1</code></td><td class="number">50</td>');
});

test('every link of every page leads to a file, and nothing is loaded from elsewhere', async () => {
  const dir = join(results, 'dashboard');
  const pages = ['index.html', ...readdirSync(join(dir, 'cells')).map((file) => `cells/${file}`)];
  expect(pages.length).toBeGreaterThan(30);
  for (const page of pages) {
    const text = await readFile(join(dir, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/(?:href|src)="([^"#]+)"/g))
      expect(existsSync(join(dir, dirname(page), target)), `${page}: ${target}`).toBe(true);
    expect(text).not.toMatch(/<script|@import|url\(http/);
  }
});

test('the page of a lost cell has its figure, what happened when, and the command that finds the commit', async () => {
  const text = await cell(splice);
  expect(text).toMatch(/[45]\.\d\d % below its level in the last night, since 5050505050/);
  expect(text).toContain('new testbed');
  expect(text).toContain(`git bisect start ${commitOf(lossAt)} ${commitOf(lossAt - 1)}`);
  expect(text).toContain('<a href="../../runs/r59/report.html">r59</a>');
  expect(text).toContain('<td>r58</td>');
  expect(text.match(/<tr><td>2026-/g)).toHaveLength(60);
});

test('the page of a quiet cell says that it is at its level', async () => {
  expect(await cell(splice.replace('splice', 'tcp'))).toMatch(/At its level: 39\.\dk/);
});

test('an accepted loss is told no more, and the figure marks it', async () => {
  const why = 'wanted';
  const changes = [{ commit: commitOf(lossAt), experiment: 'netperf', where: {}, why }];
  const text = await readFile(await writeDashboard(results, changes), 'utf8');
  expect(text).toContain('Nothing is wrong');
  expect(await cell(splice)).toContain('accepted');
});

test('without a history it says how to begin one', async () => {
  const empty = join(results, 'empty');
  await expect(writeDashboard(empty)).rejects.toMatchObject({
    kind: 'usage',
    next: 'npm run nightly -- --part baseline',
  });
});
