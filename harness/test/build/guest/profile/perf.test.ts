import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { perfProfiler, startPerf } from '../../../../src/guest/profile/perf.ts';
import { checkoutRoot } from '../../../../src/host/cache.ts';
import { processHost } from '../../../unit/guest/profile/perf-host.ts';

/** zerohop-perf itself, at this machine's kernel: what it says of a guest's is tested in one. */
let dir: string;
let programs: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-perf-'));
  programs = join(dir, 'bin');
  await execa('make', ['-C', join(checkoutRoot(), 'harness/guest'), `OUT=${dir}`, join(programs, 'perf')]);
  await rename(join(programs, 'perf'), join(programs, 'zerohop-perf'));
});

afterAll(() => rm(dir, { recursive: true }));

async function demandEvents(context: TestContext): Promise<void> {
  const { exitCode, stderr } = await execa(join(programs, 'zerohop-perf'), ['count', 'cpu-clock'], {
    input: '',
    reject: false,
  });
  if (exitCode !== 0) context.skip(`this user may not count on this machine: ${stderr}`);
}

const busyMs = 300;
const work = () =>
  execa('timeout', [`${busyMs / 1000}`, 'sh', '-c', 'while :; do :; done'], { reject: false });

test('counts from its word to the end of its stdin, on every CPU', async (context) => {
  await demandEvents(context);
  await using perf = await startPerf(processHost(programs), 'count', 'cpu-clock');
  await work();
  expect(Number(await perf.stop())).toBeGreaterThan(busyMs * 1e6 * cpus().length);
});

test('records lines that attribute() reads, and finds the user space that was busy', async (context) => {
  await demandEvents(context);
  const profiler = perfProfiler(processHost(programs), 'cpu-clock');
  await profiler.start();
  await work();
  const lines = (await profiler.stop()).trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^[0-9a-f]+ [1-9]\d*$/);
  const addresses = lines.map((line) => BigInt(`0x${line.split(' ')[0]}`));
  expect(new Set(addresses).size).toBe(lines.length);
  const user = lines.find((line) => line.startsWith('0 '));
  expect(Number(user?.split(' ')[1])).toBeGreaterThan(0.1 * busyMs * 1e6);
});

test('says so where the CPUs count no instructions', async (context) => {
  await demandEvents(context);
  const devices = await readdir('/sys/bus/event_source/devices');
  if (devices.some((name) => name.startsWith('cpu'))) context.skip('this machine has the counter');
  await expect(startPerf(processHost(programs), 'count', 'instructions')).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringMatching(/status 3: .*the CPUs count no instructions: No such file/),
  });
});

test('counts instructions where the CPUs do', async (context) => {
  await demandEvents(context);
  if (!existsSync('/sys/bus/event_source/devices/cpu')) context.skip('no hardware counters here');
  await using perf = await startPerf(processHost(programs), 'count', 'instructions');
  await work();
  expect(Number(await perf.stop())).toBeGreaterThan(1e7);
});

test.each([[[]], [['count']], [['sum', 'cpu-clock']], [['count', 'cycles']]])(
  'zerohop-perf %j is no command',
  async (args) => {
    const end = await execa(join(programs, 'zerohop-perf'), args, { reject: false, input: '' });
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toMatch(/use/);
  },
);
