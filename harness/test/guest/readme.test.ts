import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';
import { type Summary, summarySchema } from '../../src/measure/summary.ts';

// Eighteen cells take a minute and a half, and five times that beside others.
vi.setConfig({ testTimeout: 20 * 60_000 });

const readme = readFileSync(join(checkoutRoot(), 'README.md'), 'utf8');

/** Every command that the README shows in a block of its own; what follows two spaces is said about it. */
const commands = [...readme.matchAll(/^ {4}(npm .*?)(?: {2,}.*)?$/gm)].map(([, command]) => `${command}`);

/** This very test runs inside the first; the second is what the reader compares with, so the paper's length is spared. */
const run = (command: string) => command !== 'npm test' && !command.includes('--profile paper');

const smoke = 'npm run experiment netperf -- --profile smoke --only size=1024';
const measured: Record<string, (summary: Summary) => void> = {
  [smoke]: hasEveryVariant,
  [`${smoke} --only variant=tcp --kernel a=default --kernel b=default`]: findsKernelsEqual,
};

test('the README shows commands, and among them the experiments that are judged here', () => {
  expect(commands.length).toBeGreaterThan(5);
  expect(commands).toEqual(expect.arrayContaining(Object.keys(measured)));
});

test.concurrent.for(commands.filter(run))('%s', async (command, { onTestFinished }) => {
  const results = await mkdtemp(join(tmpdir(), 'zerohop-readme-'));
  onTestFinished(() => rm(results, { recursive: true }));
  const reference = join(results, 'reference');
  await cp(join(checkoutRoot(), 'results/reference/netperf'), reference, { recursive: true });
  const placed = command.replace(/\bRUN(_[AB])?\b/g, reference);
  const end = await execa('sh', ['-c', placed], {
    cwd: checkoutRoot(),
    env: { ZEROHOP_RESULTS: results },
    reject: false,
  });
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  const summary = () => readFile(join(results, 'latest/netperf/summary.json'), 'utf8');
  measured[command]?.(summarySchema.parse(JSON.parse(await summary())));
});

/** Each proved, and SMC-D where it was measured before. */
function hasEveryVariant({ cells, proofs, ratios, unavailable }: Summary) {
  const rates = cells.filter(({ metric }) => metric === 'rate');
  const names = rates.map(({ variant, params }) => `${params.workload} ${variant}`);
  const everywhere = ['tcp', 'smc', 'splice', 'splice-poll', 'onecopy'];
  const netperf = [...everywhere, 'sockmap'].map((variant) => `netperf ${variant}`);
  const spinning = ['tcp-spin', 'smc-spin', 'unix-spin', 'shm-limit', 'syscall-limit'];
  const pingpong = [...everywhere, ...spinning, 'unix'].map((variant) => `pingpong ${variant}`);
  expect(new Set(names)).toEqual(new Set([...netperf, ...pingpong]));
  expect(unavailable).toEqual([]);
  expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
  expect(new Set(proofs.map(({ variant }) => variant))).toEqual(new Set(rates.map(({ variant }) => variant)));
  const smc = ratios.find(
    ({ numerator, metric, params }) =>
      numerator === 'smc' && metric === 'rate' && params.workload === 'netperf',
  );
  expect(smc?.value).toBeGreaterThan(1.7);
  expect(smc?.value).toBeLessThan(1.85);
  const bypassed = cells.filter(({ metric }) => metric === 'bypass_ratio');
  const whole = bypassed.filter(({ variant, min }) => variant !== 'onecopy' && min > 0.99);
  // Both of them, with and without the budget, under netperf and under pingpong.
  expect(whole).toHaveLength(4);
}

function findsKernelsEqual({ ratios }: Summary) {
  const rates = ratios.filter(({ metric }) => metric === 'rate');
  expect(rates.map(({ params }) => params.workload).sort()).toEqual(['netperf', 'pingpong']);
  for (const { numerator, denominator, value } of rates) {
    expect([numerator, denominator]).toEqual(['b', 'a']);
    expect(Math.abs(value - 1)).toBeLessThan(0.005);
  }
}
