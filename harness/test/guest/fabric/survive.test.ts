import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-share-'));
});

afterEach(() => rm(dir, { recursive: true }));

/** Three hosts that say that they are up, wait for a file, and then that they are through. */
async function threeHosts(flags: string[], meanwhile: (qmpSockets: string[]) => Promise<void>) {
  const share = ['--share', `${dir}:/mnt:rw`];
  const script =
    'touch /mnt/up$HOST_INDEX; until [ -e /mnt/go ]; do sleep 0.2; done; touch /mnt/through$HOST_INDEX; echo through';
  const argv = ['--hosts', '3', '--fabric', 'shm', '--cxl', '64M', '--memory', '512M', '--qmp', ...share];
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

const entry = join(checkoutRoot(), 'harness/entry.mjs');

/** As from another terminal. */
async function order(name: 'pause' | 'resume' | 'kill', socket: string): Promise<void> {
  await execa('node', [entry, 'guest', `--${name}`, socket]);
}

const lastLine = (stderr: string) => stderr.trimEnd().split('\n').at(-1);

test('the others go on when a host is killed, one is paused and resumed, and the last line names the dead one', async () => {
  const { stdout, stderr, exitCode } = await threeHosts(
    ['--survive'],
    async ([, second = '', third = '']) => {
      await order('pause', third);
      await order('kill', second);
      await execa('touch', [join(dir, 'go')]);
      await vi.waitFor(() => expect(existsSync(join(dir, 'through0'))).toBe(true), { timeout: 60_000 });
      expect(existsSync(join(dir, 'through2'))).toBe(false);
      await order('resume', third);
    },
  );
  expect(stdout.split('\n').sort()).toEqual(['[h0] through', '[h2] through']);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('h1 is gone, the others go on');
  expect(lastLine(stderr)).toMatch(/^zerohop: outcome=infra status=3 dead=h1 log=\//);
});

test('without --survive all end', async () => {
  const { stdout, stderr, exitCode } = await threeHosts([], async ([, second = '']) => order('kill', second));
  expect(stdout).toBe('');
  expect(exitCode).toBe(3);
  expect(lastLine(stderr)).toMatch(/^zerohop: outcome=infra status=3 log=\//);
});
