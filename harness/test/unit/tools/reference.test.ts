import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filled } from '../../../../tools/reference/marks.mts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { runTool } from './run-tool.ts';

const references = join(checkoutRoot(), 'results/reference');

test("the documents' tables and figures are those of the reference runs", async () => {
  const end = await runTool('reference.mts', 'check');
  expect(end, `${end.stdout} differ: npx tsx tools/reference.mts write`).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(checkoutRoot(), 'README.md'), 'utf8')).toMatch(
    /<!-- output netperf .*<!-- claims netperf -->/s,
  );
});

test('a mark is filled with the median of a cell, or with the ratio of two variants', async () => {
  const one = 'workload=netperf test=rr topology=loopback size=1024';
  const text = `<!-- = netperf rate splice/tcp ${one} -->?<!-- end -->, <!-- = netperf rate tcp ${one} --><!-- end -->.`;
  expect(await filled(text, references)).toMatch(
    / -->2\.\d\d<!-- end -->, <!-- = .* -->\d\d\.\dk<!-- end -->\.$/,
  );
});

test("a table of costs has a row a variant in the variants' order, a column a workload, and ratios to tcp", async () => {
  const text = '<!-- costs netperf topology=loopback size=1024 --><!-- end -->';
  const [mark, head, rule, tcp, ...rows] = (await filled(text, references)).split('\n');
  expect([mark, head, rule]).toEqual([text.slice(0, -12), '| | netperf | pingpong |', '|---|---|---|']);
  expect(tcp).toMatch(/^\| tcp \| \d\d\.\dk \| \d\d\.\dk \|$/);
  expect(rows).toContainEqual(expect.stringMatching(/^\| splice \| 1\d\.\dk \(2\.\d\dx\) \| \d.*x\) \|$/));
  expect(rows).toContainEqual(expect.stringMatching(/^\| shm-limit \| {2}\| \d+ \(.*x\) \|$/));
});

test.each([
  [
    '= netperf rate splice/tcp size=1024',
    'expected one figure of netperf for rate splice/tcp size=1024, got 3',
  ],
  ['= netperf rate splice/tpc size=1024', 'got 0'],
  ['= netperf rate splice/tcp size', 'expected FACTOR=VALUE in a mark, got: size'],
  ['claims nothing', 'a mark names the reference run nothing'],
])('the mark %s is refused: %s', async (mark, message) => {
  await expect(filled(`<!-- ${mark} --><!-- end -->`, references)).rejects.toThrow(message);
});

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zerohop-reference-'));
});
afterEach(() => rm(root, { recursive: true }));

test('check names a document with a figure of another run, and write corrects it', async () => {
  await mkdir(join(root, 'docs'));
  await writeFile(join(root, 'README.md'), 'no marks\n');
  const text =
    '<!-- = netperf rate splice/tcp workload=netperf size=1024 topology=loopback -->9.99<!-- end -->\n';
  await writeFile(join(root, 'docs/splice.md'), text);
  const take = await runTool('reference.mts', 'take', 'netperf', join(references, 'netperf'), '--root', root);
  expect(take, take.stderr).toMatchObject({ exitCode: 0 });
  expect(await runTool('reference.mts', 'check', '--root', root)).toMatchObject({
    exitCode: 1,
    stdout: 'docs/splice.md',
  });
  expect(await runTool('reference.mts', 'write', '--root', root)).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(root, 'docs/splice.md'), 'utf8')).not.toContain('9.99');
  expect(await runTool('reference.mts', 'check', '--root', root)).toMatchObject({ exitCode: 0, stdout: '' });
});

test.each([[['take', 'netperf']], [['write', 'README.md']], [[]]])(
  'reference.mts %j ends 2',
  async (args) => {
    expect(await runTool('reference.mts', ...args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--help'),
    });
  },
);

test('again judges and draws a reference run from its samples', { timeout: 180_000 }, async () => {
  const committed = join(references, 'netperf');
  const copy = join(root, 'results/reference/netperf');
  await cp(committed, copy, { recursive: true });
  const summary = await readFile(join(committed, 'summary.json'), 'utf8');
  await writeFile(join(copy, 'summary.json'), summary.replaceAll('"exceeded"', '"not reproduced"'));
  await rm(join(copy, 'plots/ladder.svg'));
  const end = await runTool('reference.mts', 'again', 'netperf', '--root', root);
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  for (const file of ['summary.json', 'plots/ladder.svg', 'tables/cells.tex'])
    expect(await readFile(join(copy, file), 'utf8'), file).toBe(
      await readFile(join(committed, file), 'utf8'),
    );
});
