import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { sideOf } from '../../../src/cli/bisect.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';

const range = (lo: number, hi = lo) => ({ lo, hi });

test('a measurement is good or bad by the level it is nearer to, whichever way is better', () => {
  const rate = { good: 40_000, bad: 38_000 };
  expect(sideOf(range(39_800, 40_100), rate)).toBe('good');
  expect(sideOf(range(45_000), rate)).toBe('good');
  expect(sideOf(range(38_500), rate)).toBe('bad');
  const cost = { good: 11_000, bad: 12_000 };
  expect(sideOf(range(10_000), cost)).toBe('good');
  expect(sideOf(range(13_000), cost)).toBe('bad');
});

test('a range on both sides of the middle cannot tell', () => {
  expect(sideOf(range(38_500, 39_500), { good: 40_000, bad: 38_000 })).toBeNull();
});

const levels = ['--good', '2', '--bad', '1'];

test.each([
  ['no level', ['netperf', '--metric', 'rate'], /Expected --good N/],
  [
    'a metric that is none',
    ['netperf', '--metric', 'speed', ...levels],
    /Expected --metric to be one of .*rate/,
  ],
  [
    'many cells',
    ['netperf', '--metric', 'rate', '--only', 'size=64', ...levels],
    /Expected --only to leave one cell, got \d+/,
  ],
  [
    'a size that this tree lacks',
    ['netperf', '--metric', 'rate', '--only', 'size=65', ...levels],
    /no value/,
  ],
  ['an unknown flag', ['netperf', '--profile', 'quick'], /Unknown option/],
])('%s ends 125, never with a status that git takes for bad', async (_, args, message) => {
  const entry = join(checkoutRoot(), 'harness/entry.mjs');
  const run = await execa(process.execPath, [entry, 'bisect', ...args], { cwd: tmpdir(), reject: false });
  expect(run.stderr).toMatch(message);
  expect(run.stderr.split('\n').at(-1)).toBe('zerohop: outcome=usage status=125 log=-');
  expect(run.exitCode).toBe(125);
});
