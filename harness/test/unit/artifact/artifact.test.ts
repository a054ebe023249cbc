import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { demandNoNames } from '../../../src/artifact/names.ts';
import { writeSums } from '../../../src/artifact/sums.ts';
import { artifact } from '../../../src/cli/artifact.ts';
import { checkoutRoot, hashFile } from '../../../src/host/cache.ts';
import { publishedClaims } from '../../../src/measure/published.ts';
import { summarySchema } from '../../../src/measure/summary.ts';
import { summariseAgain } from '../../../src/store/again.ts';
import { artifactClaimsSchema } from '../../../src/store/artifact-claims.ts';
import { writeChecked } from '../../../src/store/run-folder.ts';

// Drawing takes seconds, and many on a machine that builds a kernel beside.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
afterEach(() => vi.restoreAllMocks());

const samples = 'runs/netperf/samples.jsonl';

const call = async (...argv: string[]) => {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const status = await artifact(argv, { cwd: '/', signal: new AbortController().signal });
  const textOf = (spy: typeof out) => spy.mock.calls.map(([text]) => text).join('');
  return { status, stdout: textOf(out), stderr: textOf(err) };
};

let top: string;
/** A folder with one run: the 1 KB cells of the committed reference. */
let reference: string;
let made: string;
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'zerohop-artifact-'));
  reference = join(top, 'reference');
  made = join(top, 'made');
  await smallRun(join(reference, 'netperf'));
  const { status } = await call('--runs', join(reference, 'netperf'), '--output', made);
  expect(status).toBe(0);
});
afterAll(() => rm(top, { recursive: true }));

const smallRun = async (into: string) => {
  const committed = join(checkoutRoot(), 'results/reference/netperf');
  await mkdir(into, { recursive: true });
  for (const file of ['manifest.json', 'summary.json']) await cp(join(committed, file), join(into, file));
  const lines = (await readFile(join(committed, 'samples.jsonl'), 'utf8')).split('\n').slice(0, -1);
  const isKept = (line: string) => /"workload":"netperf","topology":"loopback","size":1024/.test(line);
  await writeFile(
    join(into, 'samples.jsonl'),
    lines
      .filter(isKept)
      .map((line) => `${line}\n`)
      .join(''),
  );
  await writeChecked(join(into, 'summary.json'), summarySchema, await summariseAgain(into));
};

const copy = async (): Promise<string> => {
  const dir = await mkdtemp(join(top, 'copy-'));
  await cp(made, dir, { recursive: true });
  return dir;
};
const edit = async (path: string, change: (text: string) => string) =>
  writeFile(path, change(await readFile(path, 'utf8')));

test('an artifact has the runs, claims, schemas and sums that sha256sum confirms', async () => {
  const { stdout } = await execa('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: made, lines: true });
  const files = stdout.map((line) => line.replace(/: OK$/, ''));
  for (const file of [
    ...['README.md', 'CITATION.cff', 'claims.json', 'claims.md', 'claims.tex', 'schemas/summary.json'],
    ...['manifest.json', 'samples.jsonl', 'summary.json', 'report.html'].map(
      (name) => `runs/netperf/${name}`,
    ),
    ...[
      'plots/instructions.svg',
      'plots/instructions.png',
      'plots/instructions.pdf',
      'tables/cells.csv',
      'tables/cells.tex',
    ].map((name) => `runs/netperf/${name}`),
  ])
    expect(files).toContain(file);
  expect(await readFile(join(made, 'README.md'), 'utf8')).toMatch(
    /splice 2\.\d\d×, with busy poll 7\.\d\d× tcp/,
  );
});

test('has every published claim: with rule, source, experiment, command and figure, or with the reason', async () => {
  const { claims } = artifactClaimsSchema.parse(
    JSON.parse(await readFile(join(made, 'claims.json'), 'utf8')),
  );
  expect(claims.map(({ id }) => id)).toEqual((await publishedClaims()).map(({ id }) => id));
  const of = (name: string) => claims.find(({ id }) => id === name);
  expect(of('splice-rr-1024')).toMatchObject({
    verdict: 'exceeded',
    experiment: 'netperf',
    figure: 'runs/netperf/plots/rr-by-size.svg',
    command: expect.stringContaining('--only variant=splice,tcp'),
    rule: expect.stringContaining('reproduced if'),
  });
  expect(of('splice-redis-c1')).toMatchObject({ measured: null, why: 'no run of redis is in this artifact' });
  expect(of('gpu-cas')).toMatchObject({ experiment: null, why: 'this version has no experiment gpu' });
  const macros = [...(await readFile(join(made, 'claims.tex'), 'utf8')).matchAll(/\\newcommand\{\\(\w+)\}/g)];
  expect(macros.map(([, name]) => name)).toContain('zhSplicePollRrOneZeroTwoFour');
  expect(new Set(macros.map(([, name]) => name)).size).toBe(
    claims.filter(({ measured }) => measured !== null).length,
  );
});

test('the same runs give the same archive, and only an artifact is replaced', async () => {
  const other = join(top, 'other', 'made');
  await mkdir(join(top, 'other'));
  await call('--runs', join(reference, 'netperf'), '--output', other);
  expect(await hashFile(`${other}.tar.zst`)).toBe(await hashFile(`${made}.tar.zst`));
  const full = await mkdtemp(join(top, 'full-'));
  await writeFile(join(full, 'thesis.tex'), '');
  await expect(call('--runs', join(reference, 'netperf'), '--output', full)).rejects.toThrow(
    'is neither empty nor an artifact',
  );
});

test('--figures makes lost figures and tables again from the samples, with the same bytes', async () => {
  const dir = await copy();
  await rm(join(dir, 'runs/netperf/plots'), { recursive: true });
  await edit(join(dir, 'claims.md'), () => '');
  await mkdir(join(dir, 'runs/netperf/plots'));
  expect(await call('--figures', dir)).toMatchObject({ status: 0 });
  await execa('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: dir });
});

test('a PDF has its fonts in it, and is left alone by another version of the program that made it', async () => {
  const dir = await copy();
  const pdf = join(dir, 'runs/netperf/plots/instructions.pdf');
  expect(await readFile(pdf, 'latin1')).toMatch(/FontFile[\s\S]*DejaVuSans|DejaVuSans[\s\S]*FontFile/);
  for (const file of [pdf, join(dir, 'pdf-made-by.txt')]) await writeFile(file, 'another\n');
  await writeSums(dir);
  expect(await call('--verify', dir)).toMatchObject({ status: 0 });
  await cp(join(made, 'pdf-made-by.txt'), join(dir, 'pdf-made-by.txt'));
  await writeSums(dir);
  expect(await call('--verify', dir)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('instructions.pdf: differs'),
  });
});

test('--verify confirms an artifact as it was made', async () => {
  expect(await call('--verify', made, '--against', reference)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/splice-rr-1024 +2\.\d\d .* agrees\n.*everything in it follows/s),
  });
});

test.each([
  [
    'a digit of a sample',
    samples,
    (text: string) => text.replace(/"value":(\d)/, (_, digit) => `"value":${(Number(digit) + 1) % 10}`),
    /a sample of \S+ \S+ netperf:loopback:1024:virtual.* differs: their mean is/,
  ],
  [
    'a proof that failed',
    samples,
    (text: string) => text.replace('"ok":true', '"ok":false'),
    /boot \d, order \d+, .*: the proof \S+ failed/,
  ],
  [
    'a figure',
    'runs/netperf/plots/instructions.svg',
    (text: string) => text.replace('tcp', 'udp'),
    /plots\/instructions\.svg: differs from SHA256SUMS/,
  ],
  ['a file that nobody listed', 'notes.txt', () => 'hello', /notes\.txt: not listed in SHA256SUMS/],
  [
    'a verdict',
    'runs/netperf/summary.json',
    (text: string) => text.replace(/"verdict": "(?:exceeded|reproduced)"/, '"verdict": "possible"'),
    /summary\.json is not what this version writes/,
  ],
])('--verify finds %s', async (_what, path, change, message) => {
  const dir = await copy();
  await edit(join(dir, path), change).catch(() => writeFile(join(dir, path), change('')));
  const { status, stderr } = await call('--verify', dir);
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
});

test('--verify finds a drawn file whose sum was changed too', async () => {
  const dir = await copy();
  await edit(join(dir, 'claims.md'), (text) => text.replace('exceeded', 'surpassed'));
  const before = await hashFile(join(made, 'claims.md'));
  const after = await hashFile(join(dir, 'claims.md'));
  await edit(join(dir, 'SHA256SUMS'), (text) => text.replace(before, after));
  expect(await call('--verify', dir)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('claims.md: differs from what the samples give'),
  });
});

test('--against tells each claim that differs from the reference, by its rule', async () => {
  const other = await mkdtemp(join(top, 'reference-'));
  await cp(join(reference, 'netperf'), join(other, 'netperf'), { recursive: true });
  await edit(join(other, 'netperf/summary.json'), (text) => {
    const summary = JSON.parse(text);
    for (const claim of summary.claims)
      if (claim.id === 'splice-rr-1024') claim.measured = { value: 2, lo: 1.99, hi: 2.01 };
    return JSON.stringify(summary);
  });
  const { status, stdout, stderr } = await call('--verify', made, '--against', other);
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('claim splice-rr-1024 differs'),
  });
  expect(stdout).toMatch(/splice-rr-1024 .* differs by 1\d\.\d %\n/);
  expect(stdout).toContain('A claim agrees if the two intervals overlap');
});

test('a name of this machine is found, and not inside a longer path', async () => {
  const dir = await mkdtemp(join(top, 'names-'));
  await writeFile(join(dir, 'manifest.json'), '"$ZEROHOP_CACHE/root/x"');
  await demandNoNames(dir, ['/root/', 'secret-host']);
  await writeFile(join(dir, 'notes.txt'), 'measured on secret-host');
  await expect(demandNoNames(dir, ['/root/', 'secret-host'])).rejects.toThrow(
    'notes.txt has "secret-host" in it',
  );
  await writeFile(join(dir, 'notes.txt'), '"/root/linux"');
  await expect(demandNoNames(dir, ['/root/'])).rejects.toThrow('notes.txt has "/root/" in it');
});

test.each([
  [['--against', 'x'], 'only with --verify'],
  [['--verify', 'x', '--figures', 'x'], 'got both'],
  [['--experiments', 'netperf,foo'], 'got foo'],
  [['--verify', '/nowhere'], 'is not an artifact'],
  [['--runs', '/nowhere'], 'is not a run folder'],
])('%j is a usage failure', async (argv, message) => {
  await expect(call(...argv)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(message),
  });
});
