import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, type TestContext, test, vi } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';
import { type Summary, summarySchema } from '../../src/measure/summary.ts';
import { sampleSchema } from '../../src/workload/sample.ts';

// Each test is an experiment of a few cells: half a minute, and many times that beside others.
vi.setConfig({ testTimeout: 20 * 60_000 });

/** A results folder of a test's own: on the virtual clock tests may run side by side. */
async function workplace({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const results = await mkdtemp(join(tmpdir(), 'zerohop-results-'));
  onTestFinished(() => rm(results, { recursive: true }));
  const latest = (name: string) => join(results, 'latest', name);
  return {
    latest,
    start: (...args: string[]) =>
      execa('node', ['harness/entry.mjs', 'experiment', ...args], {
        cwd: checkoutRoot(),
        env: { ZEROHOP_RESULTS: results },
        reject: false,
      }),
    summaryOf: async (name: string): Promise<Summary> =>
      summarySchema.parse(JSON.parse(await readFile(join(latest(name), 'summary.json'), 'utf8'))),
    runFolders: async () => {
      const names = await readdir(join(results, 'runs')).catch(() => []);
      return names.map((name) => join(results, 'runs', name));
    },
  };
}

test.concurrent('a warning of the kernel fails the run, whatever the workload’s result', async (context) => {
  const { latest, start, runFolders } = await workplace(context);
  const warn = 'echo WARNING > /sys/kernel/debug/provoke-crash/DIRECT; echo 1';
  const args = ['--run', `nc -z 127.0.0.1 1; ${warn}`, '--parse', '(\\d)', '--profile', 'smoke'];
  const end = await start('command', ...args);
  expect(end.exitCode, end.stderr).toBe(4);
  expect(end.stderr).toMatch(/WARNING|lkdtm/);
  expect(end.stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^zerohop: outcome=kernel status=4 log=\S+console.log$/,
  );
  const [dir = ''] = await runFolders();
  const again = await start('command', ...args, '--resume', dir);
  expect(again, again.stderr).toMatchObject({ exitCode: 4 });
  expect(existsSync(latest('command'))).toBe(false);
});

test.concurrent('a failed workload is recorded, the others run, and the run exits with 5', async (context) => {
  const { start, summaryOf } = await workplace(context);
  const words = ['--run', 'netperf -H $SERVER -l -100 && exit 7', '--serve', 'netserver -D'];
  const end = await start('command', ...words, '--parse', '(\\d+)', '--profile', 'smoke');
  expect(end.exitCode, end.stderr).toBe(5);
  expect(end.stderr).toMatch(/the command ended with status 7: /);
  const { cells, warnings } = await summaryOf('command');
  expect(cells).toEqual([]);
  expect(warnings.join()).toMatch(/failed in boot virtual-0/);
});

test.concurrent('a command line of the user is measured over any variant', async (context) => {
  const { start, summaryOf } = await workplace(context);
  const words = ['--run', 'redis-benchmark -h $SERVER -n 500 -t ping_mbulk -q', '--serve', 'redis-server'];
  const parse = ['--parse', '([0-9.]+) requests per second'];
  const end = await start('command', ...words, ...parse, '--variant', 'tcp,splice', '--profile', 'smoke');
  expect(end.exitCode, end.stderr).toBe(0);
  const { cells } = await summaryOf('command');
  const measured = cells.filter(({ metric }) => metric === 'value');
  expect(measured.map(({ variant }) => variant).sort()).toEqual(['splice', 'tcp']);
  for (const { median } of measured) expect(median).toBeGreaterThan(100);
});

const pingpong = (...variants: string[]) => {
  const cells = ['size=1', 'workload=pingpong', `variant=${variants}`].flatMap((only) => ['--only', only]);
  return ['netperf', '--profile', 'smoke', ...cells, '--seed', '1'];
};

test.concurrent('two parallel runs do not affect each other', async (context) => {
  const { start, runFolders } = await workplace(context);
  const ends = await Promise.all([start(...pingpong('unix')), start(...pingpong('shm-limit'))]);
  for (const end of ends) expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  const runs = await Promise.all((await runFolders()).map(samplesIn));
  const variants = runs.map((samples) => [...new Set(samples.map(({ variant }) => variant))]);
  expect(variants.sort()).toEqual([['shm-limit'], ['unix']]);
});

test.concurrent.for([
  { victim: 'harness', exitCode: undefined },
  { victim: 'QEMU', exitCode: 3 },
])(
  'SIGKILL of $victim in mid-run leaves no QEMU, and --resume repeats nothing',
  async ({ victim, exitCode }, context) => {
    const { start, runFolders } = await workplace(context);
    const run = start(...pingpong('tcp', 'unix', 'shm-limit'));
    const dir = await arrival(async () => (await runFolders())[0]);
    await arrival(async () => ((await samplesIn(dir)).length > 0 ? true : undefined));
    for (const pid of victim === 'QEMU' ? await qemusOf(dir) : [run.pid as number])
      process.kill(pid, 'SIGKILL');
    const ended = await run;
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stderr).toContain(`--resume ${dir}\n`);
    await arrival(async () => ((await qemusOf(dir)).length === 0 ? true : undefined));
    const kept = await samplesIn(dir);

    const end = await start('netperf', '--resume', dir);
    expect(end, end.stderr).toMatchObject({ exitCode: 0 });
    const samples = await samplesIn(dir);
    expect(samples.slice(0, kept.length)).toEqual(kept);
    const measured = samples.map(({ variant, metric }) => `${variant} ${metric}`);
    expect(new Set(measured).size).toBe(measured.length);
    expect(new Set(samples.map(({ variant }) => variant))).toEqual(new Set(['tcp', 'unix', 'shm-limit']));
  },
);

test.concurrent('a delay on the send path is found', async (context) => {
  const { start, summaryOf } = await workplace(context);
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

test.concurrent('filesystems are measured, and the memory below tells whose bytes lie in it', async (context) => {
  const { start, runFolders, summaryOf } = await workplace(context);
  const at = ['size=4096', 'test=write', 'variant=tmpfs,daxfs,copy-limit'].flatMap((only) => [
    '--only',
    only,
  ]);
  const end = await start('fio', '--profile', 'smoke', ...at);
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  const [dir = ''] = await runFolders();
  const proofs = (await samplesIn(dir)).map(({ variant, params, proof }) => [
    `${variant} ${params.workload}`,
    proof.name,
  ]);
  const below = 'bytes-in-region';
  expect(Object.fromEntries(proofs)).toEqual({
    'tmpfs files': 'region-untouched',
    'tmpfs fio': 'region-untouched',
    'daxfs files': below,
    'daxfs fio': below,
    'copy-limit files': below,
    'copy-limit fio': below,
  });
  const { cells } = await summaryOf('fio');
  const costs = (workload: string, variant: string) =>
    cells.find(
      (cell) =>
        cell.metric === 'instructions_per_txn' &&
        cell.variant === variant &&
        cell.params.workload === workload,
    )?.median ?? Number.NaN;
  // Nothing that is reached by calls costs less than calls that only copy, and fio costs more than the loop.
  expect(costs('files', 'copy-limit')).toBeLessThan(costs('files', 'daxfs'));
  expect(costs('files', 'daxfs')).toBeLessThan(costs('fio', 'daxfs'));
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
async function qemusOf(dir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const),
  );
  return commands.flatMap(([pid, line]) =>
    line.startsWith('qemu') && line.includes(dir) ? [Number(pid)] : [],
  );
}

/** Waits for what is bound to come; the test's own time limit is the only one. */
async function arrival<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(100);
  }
}
