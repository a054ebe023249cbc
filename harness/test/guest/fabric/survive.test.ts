import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-share-'));
});

afterEach(() => rm(dir, { recursive: true }));

/** Three hosts that say that they are up, wait for a file, and then that they are through. */
async function threeHosts(flags: string[], meanwhile: (qmpSockets: string[]) => Promise<void>) {
  const share = ['--share', `${dir}:/mnt:rw`];
  const script = 'touch /mnt/up$HOST_INDEX; until [ -e /mnt/go ]; do sleep 0.2; done; echo through';
  const argv = ['--hosts', '3', '--fabric', 'shm', '--cxl', '64M', '--memory', '512M', '--qmp', ...share];
  const entry = join(checkoutRoot(), 'harness/entry.mjs');
  const run = execa('node', [entry, 'guest', ...argv, ...flags, '--', 'sh', '-c', script], { reject: false });
  const sockets: string[] = [];
  createInterface({ input: run.stderr }).on('line', (line) => {
    const [, socket] = /takes QMP on (\S+)$/.exec(line) ?? [];
    if (socket !== undefined) sockets.push(socket);
  });
  const ended = run.then(() => 'ended' as const);
  while (![0, 1, 2].every((host) => existsSync(join(dir, `up${host}`))))
    if ((await Promise.race([sleep(50), ended])) === 'ended') throw new Error((await run).stderr);
  await meanwhile(sockets);
  return run;
}

/** As from another terminal. */
async function tell(socket: string, ...commands: string[]): Promise<void> {
  const stream = net.connect(socket);
  stream.on('error', () => {});
  const lines = createInterface(stream)[Symbol.asyncIterator]();
  await lines.next();
  for (const command of ['qmp_capabilities', ...commands]) {
    stream.write(`${JSON.stringify({ execute: command })}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done || 'return' in JSON.parse(value)) break;
    }
  }
  stream.destroy();
}

const lastLine = (stderr: string) => stderr.trimEnd().split('\n').at(-1);

test('the others go on when a host is killed, and the last line names it', async () => {
  const { stdout, stderr, exitCode } = await threeHosts(
    ['--survive'],
    async ([, second = '', third = '']) => {
      await tell(third, 'stop', 'cont');
      await tell(second, 'quit');
      await sleep(1000);
      await execa('touch', [join(dir, 'go')]);
    },
  );
  expect(stdout.split('\n').sort()).toEqual(['[h0] through', '[h2] through']);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('h1 is gone, the others go on');
  expect(lastLine(stderr)).toMatch(/^zerohop: outcome=infra status=3 dead=h1 log=\//);
});

test('without --survive all end', async () => {
  const { stdout, stderr, exitCode } = await threeHosts([], async ([, second = '']) => tell(second, 'quit'));
  expect(stdout).toBe('');
  expect(exitCode).toBe(3);
  expect(lastLine(stderr)).toMatch(/^zerohop: outcome=infra status=3 log=\//);
});
