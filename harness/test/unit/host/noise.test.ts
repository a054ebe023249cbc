import { expect, test } from 'vitest';
import { type Noise, noiseSchema, noiseWarnings, watchNoise } from '../../../src/host/noise.ts';

const quiet: Noise = {
  cpus: 4,
  load1: 0.3,
  stealPercent: 0.1,
  governor: 'performance',
  throttles: 0,
  otherGuests: 0,
};

test('a quiet machine gives no warning, nor does one that cannot say', () => {
  expect(noiseWarnings(quiet)).toEqual([]);
  expect(noiseWarnings({ ...quiet, governor: null, throttles: null })).toEqual([]);
});

test.each([
  [{ load1: 3 }, /load 3 on 4 CPUs/],
  [{ stealPercent: 7.25 }, /7\.3 % of CPU time stolen/],
  [{ governor: 'powersave' }, /governor powersave/],
  [{ throttles: 2 }, /throttled 2 times/],
  [{ otherGuests: 1 }, /1 other QEMU/],
])('%j is warned about', (change, words) => {
  const warnings = noiseWarnings({ ...quiet, ...change });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(words);
});

test('the probe reads this machine', async () => {
  const end = await watchNoise();
  expect(noiseSchema.parse(await end()).cpus).toBeGreaterThan(0);
});
