import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boot } from '../../src/guest/boot.ts';
import { copyIn, copyOut } from '../../src/guest/files.ts';
import type { Host } from '../../src/guest/host.ts';
import { testSpec } from './test-host.ts';

let host: Host;
let shared: string;

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'zerohop-share, '));
  await writeFile(join(shared, 'from-here'), 'here');
  host = await boot(
    await testSpec({
      env: { OF_HOST: 'all' },
      shares: [
        { hostDir: shared, guestDir: '/mnt/read only', writable: false },
        { hostDir: shared, guestDir: '/mnt/writable', writable: true },
      ],
    }),
  );
});

afterAll(async () => {
  await host?.kill();
  if (host !== undefined) await rm(host.spec.logDir, { recursive: true });
  await rm(shared, { recursive: true });
});

const sh = (script: string, ...words: string[]) => ['sh', '-c', script, ...words];

test('keeps stdout, stderr and the status apart', async () => {
  const { status, stdout, stderr } = await host.run(sh('echo a; echo b >&2; exit 7'));
  expect([status, `${stdout}`, `${stderr}`]).toEqual([7, 'a\n', 'b\n']);
});

test('keeps the kernel log out of the streams', async () => {
  const { stdout, stderr } = await host.run(sh('echo "<3>a line of the kernel" > /dev/kmsg'));
  expect(`${stdout}${stderr}`).toBe('');
  expect(await host.consoleText()).toContain('a line of the kernel');
});

test('passes words without a shell, and the environment and folder', async () => {
  const words = ['$HOME', 'two  words', "'", '"', '', '\n', 'ä'];
  const { stdout } = await host.run(['printf', '%s|', ...words]);
  expect(`${stdout}`).toBe(words.map((word) => `${word}|`).join(''));
  const env = { OF_RUN: 'one' };
  const run = await host.run(sh('echo $OF_HOST $OF_RUN; pwd'), { env, cwd: '/proc/sys' });
  expect(`${run.stdout}`).toBe('all one\n/proc/sys\n');
});

test('reports a command that cannot be run like a shell', async () => {
  const absent = await host.run(['no-such-program']);
  expect([absent.status, `${absent.stderr}`]).toEqual([
    127,
    'zerohop: cannot run no-such-program: No such file or directory\n',
  ]);
  const barred = await host.run(['/etc/passwd']);
  expect([barred.status, `${barred.stderr}`]).toEqual([126, expect.stringContaining('Permission denied')]);
});

test('refuses a command that no frame holds', async () => {
  await expect(host.run(['echo', 'x'.repeat(70_000)])).rejects.toMatchObject({ kind: 'usage' });
});

test('carries 64 MB of binary data each way', async () => {
  const mebibytes = 64;
  const block = Buffer.from(Array.from({ length: 2 ** 20 }, (_, index) => (index * 31 + (index >> 8)) & 255));
  const expected = createHash('sha256');
  for (let count = 0; count < mebibytes; count++) expected.update(block);
  const digest = expected.digest('hex');

  const blocks = function* () {
    for (let count = 0; count < mebibytes; count++) yield block;
  };
  const there = await host.run(['sha256sum'], { stdin: Readable.from(blocks()) });
  expect(`${there.stdout}`.slice(0, 64)).toBe(digest);

  await host.run(sh('cat > /tmp/block'), { stdin: block });
  const back = createHash('sha256');
  const cat = sh('i=0; while [ $i -lt $0 ]; do cat /tmp/block; i=$((i + 1)); done', `${mebibytes}`);
  await host.run(cat, { onStdout: (chunk) => void back.update(chunk) });
  expect(back.digest('hex')).toBe(digest);
});

test('runs many commands in parallel, each with its own streams', async () => {
  const runs = Array.from({ length: 40 }, (_, index) =>
    host.run(sh('read word; echo out $word; echo err $word >&2; exit $0', `${index}`), {
      stdin: Buffer.from(`word${index}\n`),
    }),
  );
  for (const [index, { status, stdout, stderr }] of (await Promise.all(runs)).entries())
    expect([status, `${stdout}`, `${stderr}`]).toEqual([index, `out word${index}\n`, `err word${index}\n`]);
});

test('is blocked neither by a command that reads no stdin nor by a stuck consumer', async () => {
  const stop = new AbortController();
  const endless = new PassThrough();
  const feed = () => {
    while (!stop.signal.aborted && endless.write(Buffer.alloc(65_536)));
  };
  endless.on('drain', feed);
  feed();
  const deaf = host.run(['sleep', '1000'], { stdin: endless, signal: stop.signal });
  const stuck = host.run(['cat', '/dev/zero'], {
    onStdout: () => new Promise(() => {}),
    signal: stop.signal,
  });
  const { stdout } = await host.run(['echo', 'alive']);
  expect(`${stdout}`).toBe('alive\n');
  stop.abort(new Error('enough'));
  await expect(deaf).rejects.toThrow('enough');
  await expect(stuck).rejects.toThrow('enough');
});

test('returns the output that a command left in its pipes, without waiting for background processes', async () => {
  const { stdout } = await host.run(sh('sleep 1000 & head -c 200000 /dev/zero'));
  expect(stdout.length).toBe(200_000);
  await host.run(['killall', 'sleep']);
});

test('sends signals, and reports them as a shell does', async () => {
  const trap = host.start(sh('trap "echo caught; exit 3" USR1; echo ready; while :; do sleep 0.1; done'), {
    onStdout: (chunk) => {
      if (`${chunk}`.includes('ready')) trap.signal(10);
    },
  });
  expect((await trap.result).status).toBe(3);
  const sleep = host.start(['sleep', '1000']);
  sleep.signal(15);
  expect((await sleep.result).status).toBe(128 + 15);
});

test('kills the whole tree at the time limit', async () => {
  const script = '(setsid sleep 1001 & sleep 1002) & echo started; sleep 1003';
  const { status, timedOut, stdout } = await host.run(sh(script), { timeoutMs: 1500 });
  expect([status, timedOut, `${stdout}`]).toEqual([137, true, 'started\n']);
  const { stdout: left } = await host.run(sh('ps | grep "[s]leep 100"'));
  expect(`${left}`).toBe('');
});

test('kills the process tree of an aborted command, and no other', async () => {
  const stop = new AbortController();
  const other = host.run(sh('sleep 2; echo on'));
  const run = host.run(sh('sleep 1004 & sleep 1005'), { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('given up')), 500);
  await expect(run).rejects.toThrow('given up');
  expect(`${(await other).stdout}`).toBe('on\n');
  expect(`${(await host.run(sh('ps | grep "[s]leep 100"'))).stdout}`).toBe('');
});

test('gives a terminal when one is requested', async () => {
  const terminal = { rows: 33, columns: 111 };
  const run = await host.run(sh('stty size; test -t 0 && test -t 1 && echo tty'), { terminal });
  expect(`${run.stdout}`).toBe('33 111\r\ntty\r\n');
});

test('shares folders, writable only when requested', async () => {
  expect(`${(await host.run(['cat', '/mnt/read only/from-here'])).stdout}`).toBe('here');
  expect((await host.run(['touch', '/mnt/read only/x'])).status).toBe(1);
  expect((await host.run(sh('echo there > /mnt/writable/from-there'))).status).toBe(0);
  expect(await readFile(join(shared, 'from-there'), 'utf8')).toBe('there\n');
});

test('copies files in and out', async () => {
  const [before, after] = [join(shared, 'before'), join(shared, 'after')];
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) & 255));
  await writeFile(before, content);
  await copyIn(host, before, '/tmp/a copy');
  await copyOut(host, '/tmp/a copy', after);
  expect((await readFile(after)).equals(content)).toBe(true);
  await expect(copyIn(host, before, '/no/such/folder/x')).rejects.toMatchObject({ kind: 'infra' });
  await expect(copyOut(host, '/no/such/file', after)).rejects.toMatchObject({ kind: 'infra' });
});

test('lays out what programs expect of a system', async () => {
  const places = ['/dev/shm', '/dev/pts/ptmx', '/dev/fd/0', '/sys/fs/bpf', '/sys/kernel/tracing/trace'];
  const { status, stdout } = await host.run(['ls', '-d', '/sys/fs/cgroup/cgroup.procs', ...places]);
  expect([status, `${stdout}`.trim().split('\n').length]).toEqual([0, 6]);
  expect(`${(await host.run(sh('hostname; ip -o addr show lo'))).stdout}`).toMatch(/^h0\n.*127\.0\.0\.1/);
});

test('pauses and resumes', async () => {
  await host.pause();
  const run = host.run(['echo', 'late']);
  const quiet = new Promise((resolve) => setTimeout(resolve, 700, 'quiet'));
  expect(await Promise.race([run, quiet])).toBe('quiet');
  await host.resume();
  expect(`${(await run).stdout}`).toBe('late\n');
});

test('reads the registers of the vCPUs', async () => {
  expect(await host.diagnose()).toMatch(/RIP=[0-9a-f]{16}/);
});
