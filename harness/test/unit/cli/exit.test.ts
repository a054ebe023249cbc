import { closeSync, openSync, read } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';

const entry = join(checkoutRoot(), 'harness/entry.mjs');
/** Prints several times as much as a pipe holds. */
const plan = [entry, 'experiment', 'netperf', '--profile', 'paper', '--seed', '1', '--dry-run'];

/** A real pipe: what Node itself calls one is a pair of sockets. */
function through(reader: string) {
  return execa('bash', ['-c', `set -o pipefail; "$@" | { ${reader}; }`, 'bash', process.execPath, ...plan], {
    reject: false,
  });
}

test('a command waits for a slow reader of its output', async () => {
  const { stdout, exitCode } = await through('sleep 1; cat');
  expect(exitCode).toBe(0);
  expect(stdout.length).toBeGreaterThan(200_000);
  expect(stdout).toMatch(/\n\d+ boots, \d+ steps$/);
});

test('a command exits as if killed by SIGPIPE when its reader has gone', async () => {
  const { exitCode, stderr } = await through('head -1 > /dev/null');
  expect({ exitCode, stderr }).toEqual({ exitCode: 141, stderr: '' });
});

test('a signal ends the wait for a reader that never reads', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-exit-'));
  try {
    await execa('mkfifo', [join(dir, 'fifo')]);
    const fifo = openSync(join(dir, 'fifo'), 'r+');
    const script = `exec "$@" > ${join(dir, 'fifo')}`;
    const command = execa('bash', ['-c', script, 'bash', process.execPath, ...plan], { reject: false });
    // The plan is written at once: after its first byte the pipe is full.
    await promisify(read)(fifo, Buffer.alloc(1), 0, 1, null);
    command.kill('SIGTERM');
    const { exitCode, stderr } = await command;
    closeSync(fifo);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 143,
      stderr: expect.stringContaining('outcome=interrupted status=143'),
    });
  } finally {
    await rm(dir, { recursive: true });
  }
});
