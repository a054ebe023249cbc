import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, onTestFailed, test } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';
import { resolveKernel } from '../../src/kernel/resolve.ts';
import { gone, guestsOf } from './processes.ts';

const entry = join(checkoutRoot(), 'harness/entry.mjs');

/** A failing test shows all output of its hosts, including the kernel's. */
function guest(argv: readonly string[], input: string | Uint8Array = '') {
  const run = execa('node', [entry, 'guest', ...argv], {
    input,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
  });
  onTestFailed(async () => {
    const { exitCode, stderr } = await run;
    const log = join(logOf(stderr), 'console.log');
    const console = existsSync(log) ? await readFile(log, 'utf8') : '';
    process.stderr.write(`guest ${argv.join(' ')}: ${exitCode}\n${Buffer.from(stderr)}${console}`);
  });
  return run;
}

function lastLine(stderr: Uint8Array): string {
  return Buffer.from(stderr).toString().trimEnd().split('\n').at(-1) ?? '';
}

function logOf(stderr: Uint8Array): string {
  return /log=(.*)$/.exec(lastLine(stderr))?.[1] ?? '';
}

test('passes on streams and status, and keeps the logs of failed commands', async () => {
  const run = await guest(
    ['--env', 'A=x y', '--', 'sh', '-c', 'cat; echo "$A $HOST_INDEX" >&2; exit 7'],
    Buffer.from([0, 255, 10]),
  );
  expect(Buffer.from(run.stdout)).toEqual(Buffer.from([0, 255, 10]));
  expect(Buffer.from(run.stderr).toString()).toContain('\nx y 0\n');
  expect(run.exitCode).toBe(7);
  expect(lastLine(run.stderr)).toMatch(/^zerohop: outcome=command status=7 log=\//);
  expect(await readFile(join(logOf(run.stderr), 'console.log'), 'utf8')).toContain('Linux version');
});

test('two parallel commands do not affect each other, and take any bzImage', async () => {
  const { image } = await resolveKernel(undefined);
  const runs = await Promise.all([
    guest(['--kernel', image, '--', 'sh', '-c', 'sleep 1; cat'], 'one'),
    guest(['--', 'sh', '-c', 'sleep 1; cat'], 'two'),
  ]);
  expect(runs.map(({ exitCode, stdout }) => [exitCode, Buffer.from(stdout).toString()])).toEqual([
    [0, 'one'],
    [0, 'two'],
  ]);
});

test('several hosts: prefixed lines, stdin for each, the lowest failing status', async () => {
  const script = 'read word; echo $word $HOST_INDEX of $HOST_COUNT; echo err >&2; exit $((HOST_INDEX * 3))';
  const run = await guest(
    ['--hosts', '3', '--cpus', '1', '--memory', '256M', '--', 'sh', '-c', script],
    'hello\n',
  );
  expect(Buffer.from(run.stdout).toString().trim().split('\n').sort()).toEqual([
    '[h0] hello 0 of 3',
    '[h1] hello 1 of 3',
    '[h2] hello 2 of 3',
  ]);
  expect(Buffer.from(run.stderr).toString()).toContain('[h2] err\n');
  expect(run.exitCode).toBe(3);
  expect(existsSync(join(logOf(run.stderr), 'h1', 'console.log'))).toBe(true);
});

test('the time limit exits with 124', async () => {
  const run = await guest(['--timeout', '1', '--', 'sleep', '60']);
  expect(run.exitCode).toBe(124);
  expect(lastLine(run.stderr)).toMatch(/^zerohop: outcome=timeout status=124 log=\//);
});

test('a warning of the kernel exits with 4 and a symbolised report, whatever the command’s status', async () => {
  const run = await guest(['--', 'sh', '-c', 'echo WARNING > /sys/kernel/debug/provoke-crash/DIRECT; true']);
  expect(run.exitCode).toBe(4);
  expect(Buffer.from(run.stderr).toString()).toMatch(/lkdtm_WARNING.*drivers\/misc\/lkdtm\/bugs\.c:\d+/);
  expect(lastLine(run.stderr)).toMatch(/^zerohop: outcome=kernel status=4 log=\/.*console\.log$/);
});

test('a panic exits with 4, a guest that cannot start exits with 3', async () => {
  const [panic, unable] = await Promise.all([
    guest(['--', 'sh', '-c', 'echo c > /proc/sysrq-trigger']),
    guest(['--append', 'rdinit=/bin/false', '--', 'true']),
  ]);
  expect([panic.exitCode, unable.exitCode]).toEqual([4, 3]);
  expect(Buffer.from(panic.stderr).toString()).toMatch(/sysrq_.*drivers\/tty\/sysrq\.c:\d+/);
});

test('--dry-run prints the command line of QEMU and starts none', async () => {
  const run = await guest(['--dry-run', '--append', "a='b c'", '--', 'true']);
  expect(Buffer.from(run.stdout).toString()).toMatch(/^qemu-system-x86_64 .*-append '.*a=.*' /);
  expect(run.exitCode).toBe(0);
});

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('%s leaves no QEMU behind', async (signal) => {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-share-'));
  const run = guest(['--share', `${dir}:/mnt:rw`, '--', 'sh', '-c', 'touch /mnt/up; sleep 1000']);
  while (!existsSync(join(dir, 'up'))) await sleep(50);
  const [pid] = await guestsOf(run.pid as number);
  expect(pid).toBeDefined();
  run.kill(signal);
  const { exitCode } = await run;
  expect(await gone(pid as number)).toBe(true);
  expect(exitCode).toBe({ SIGTERM: 143, SIGINT: 130, SIGKILL: undefined }[signal]);
  await rm(dir, { recursive: true });
});
