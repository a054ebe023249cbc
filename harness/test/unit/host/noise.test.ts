import { existsSync } from 'node:fs';
import { type CpuInfo, cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { type Noise, noiseSchema, noiseWarnings, watchNoise } from '../../../src/host/noise.ts';

const quiet: Noise = {
  cpus: 4,
  load1: 3,
  othersPercent: 0.4,
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
  [{ othersPercent: 12.34 }, /12\.3 % of CPU time used by other processes/],
  [{ stealPercent: 7.25 }, /7\.3 % of CPU time stolen/],
  [{ governor: 'powersave' }, /governor powersave/],
  [{ throttles: 2 }, /throttled 2 times/],
  [{ otherGuests: 1 }, /1 other QEMU/],
])('%j is warned about', (change, words) => {
  const warnings = noiseWarnings({ ...quiet, ...change });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(words);
});

/** Keeps one CPU busy until the process itself has used that much CPU time. */
const spin = 'const end = Number(process.argv[1]); while (process.cpuUsage().user < end * 1000);';
const spinMs = 600;

/** The shares of this machine's CPU time that all processes and the spinning process used. */
function watchAll(): () => { allPercent: number; spinPercent: number } {
  const read = () => cpus().reduce((sum, { times }) => sum + busyOf(times), 0);
  const [busyMs, startedMs] = [read(), performance.now()];
  return () => {
    const percent = (ms: number) => (100 * ms) / ((performance.now() - startedMs) * cpus().length);
    return { allPercent: percent(read() - busyMs), spinPercent: percent(spinMs) };
  };
}

const busyOf = ({ user, nice, sys, irq }: CpuInfo['times']) => user + nice + sys + irq;

test('what we start is not counted among the others, also once it has ended', async () => {
  const [end, endAll] = [await watchNoise(), watchAll()];
  await execa('node', ['-e', spin, `${spinMs}`]);
  const { othersPercent } = noiseSchema.parse(await end());
  const { allPercent, spinPercent } = endAll();
  expect(othersPercent).toBeLessThan(allPercent - 0.8 * spinPercent);
});

test('what others start is', async () => {
  const [end, endAll] = [await watchNoise(), watchAll()];
  // The shell in between ends at once: what spins is nobody's child of ours.
  const { stdout } = await execa('sh', ['-c', `node -e "$0" ${spinMs} >/dev/null 2>&1 & echo $!`, spin]);
  while (existsSync(`/proc/${stdout}`)) await sleep(20);
  const { othersPercent } = noiseSchema.parse(await end());
  expect(othersPercent).toBeGreaterThan(0.8 * endAll().spinPercent);
});
