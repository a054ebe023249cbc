import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';
import { type Summary, summarySchema } from '../../src/measure/summary.ts';
import { sampleSchema } from '../../src/workload/sample.ts';

// Each test is an experiment of a few cells: half a minute, and many times that beside others.
vi.setConfig({ testTimeout: 20 * 60_000 });

let results: string;

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zerohop-results-'));
});

afterAll(async () => {
  await rm(results, { recursive: true });
});

const start = (...args: string[]) =>
  execa('node', ['harness/entry.mjs', 'experiment', ...args], {
    cwd: checkoutRoot(),
    env: { ZEROHOP_RESULTS: results },
    reject: false,
  });

const summaryOf = async (name: string): Promise<Summary> =>
  summarySchema.parse(JSON.parse(await readFile(join(results, 'latest', name, 'summary.json'), 'utf8')));

const runFolders = async () => (await readdir(join(results, 'runs'))).sort();

test('a kernel that warns turns the run red, whatever the workload said', async () => {
  const warn = 'echo WARNING > /sys/kernel/debug/provoke-crash/DIRECT; echo 1';
  const args = ['--run', `nc -z 127.0.0.1 1; ${warn}`, '--parse', '(\\d)', '--profile', 'smoke'];
  const end = await start('command', ...args);
  expect(end.exitCode, end.stderr).toBe(4);
  expect(end.stderr).toMatch(/WARNING|lkdtm/);
  expect(end.stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^zerohop: outcome=kernel status=4 log=\S+console.log$/,
  );
  const [dir = ''] = await runFolders();
  const again = await start('command', ...args, '--resume', join(results, 'runs', dir));
  expect(again, again.stderr).toMatchObject({ exitCode: 4 });
  expect(existsSync(join(results, 'latest', 'command'))).toBe(false);
});

test('a workload that fails is recorded, the rest runs on, and the run ends 5', async () => {
  const run = 'netperf -H $SERVER -l -100 && test $FAILS';
  const end = await start(
    'command',
    '--run',
    run,
    '--serve',
    'netserver -D',
    '--parse',
    '(\\d+)',
    '--profile',
    'smoke',
  );
  expect(end.exitCode, end.stderr).toBe(5);
  expect(end.stderr).toMatch(/the command ended with status 1/);
  const { cells, warnings } = await summaryOf('command');
  expect(cells).toEqual([]);
  expect(warnings.join()).toMatch(/failed in boot virtual-0/);
});

test('a harness killed in mid-run leaves no QEMU, and the run is resumed without repeating anything', async () => {
  const before = await runFolders();
  const args = [
    '--profile',
    'smoke',
    '--only',
    'size=1',
    '--only',
    'workload=pingpong',
    '--only',
    'variant=tcp,unix,shm-limit',
  ];
  const run = start('netperf', ...args, '--seed', '1');
  const dir = await arrival(async () => {
    const [fresh] = (await runFolders()).filter((name) => !before.includes(name));
    return fresh === undefined ? undefined : join(results, 'runs', fresh);
  });
  await arrival(async () => ((await samplesIn(dir)).length > 0 ? true : undefined));
  run.kill('SIGKILL');
  await run;
  await arrival(async () => ((await qemusOf(dir)).length === 0 ? true : undefined));
  const kept = await samplesIn(dir);

  const end = await start('netperf', '--resume', dir);
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  const samples = await samplesIn(dir);
  expect(samples.slice(0, kept.length)).toEqual(kept);
  const measured = samples.map(({ variant, metric }) => `${variant} ${metric}`);
  expect(new Set(measured).size).toBe(measured.length);
  expect(new Set(samples.map(({ variant }) => variant))).toEqual(new Set(['tcp', 'unix', 'shm-limit']));
});

test('a delay on the send path is found', async () => {
  const at = ['--only', 'size=1024', '--only', 'workload=netperf', '--only', 'variant=tcp'];
  const slowed = await start('netperf', '--profile', 'smoke', ...at, '--inject', 'slow=5%');
  expect(slowed, slowed.stderr).toMatchObject({ exitCode: 0 });
  const [slow] = (await summaryOf('netperf')).ratios.filter(
    ({ metric }) => metric === 'instructions_per_txn',
  );
  expect(slow).toMatchObject({ numerator: 'tcp.slow', denominator: 'tcp' });
  expect(slow?.value).toBeGreaterThan(1.04);
  expect(slow?.value).toBeLessThan(1.06);
});

async function samplesIn(dir: string) {
  const text = await readFile(join(dir, 'samples.jsonl'), 'utf8').catch(() => '');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => sampleSchema.parse(JSON.parse(line)));
}

/** QEMU processes whose logs lie in a run's folder. */
async function qemusOf(dir: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.filter((command) => command.startsWith('qemu') && command.includes(dir));
}

/** Waits for what is bound to come; the test's own time limit is the only one. */
async function arrival<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(100);
  }
}
