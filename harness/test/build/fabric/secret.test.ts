import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtFabricd } from '../../../src/fabric/fabricd.ts';
import { Client, listeningAt } from './client.ts';

const secret = 'a long one, '.repeat(80);
const status = { ok: 0, badSecret: 3 };

let dir: string;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  await rm(dir, { recursive: true });
});

async function guardedServer(): Promise<string> {
  const file = join(dir, 'secret');
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  const options = ['--size', '4096', '--secret', file];
  const fabricd = spawn(await builtFabricd(), options, { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanups.push(() => fabricd.kill('SIGKILL'));
  return listeningAt(fabricd.stdout);
}

function client(address: string): Client {
  const made = new Client(address);
  cleanups.push(() => made.socket.destroy());
  return made;
}

it.each([
  [secret, status.ok],
  [secret.slice(0, 255), status.badSecret],
  ['a guess', status.badSecret],
  [undefined, status.badSecret],
])('lets in who has it: %.12s', async (shown, expected) => {
  expect(await client(await guardedServer()).hello(1, shown)).toBe(expected);
});

it('is proved by the server as well, to those who have proved it', async () => {
  const address = await guardedServer();
  const [holder, stranger] = [client(address), client(address)];
  await holder.hello(1, secret);
  expect(holder.serverProves).toBe(true);
  await stranger.hello(2, 'a guess');
  expect(stranger.serverProves).toBe(false);
});

it('gives its holder a number at once that a connection still has, whose host is gone', async () => {
  const address = await guardedServer();
  const [first, second, stranger] = [client(address), client(address), client(address)];
  expect(await first.hello(4, secret)).toBe(status.ok);
  expect(await stranger.hello(4, 'a guess')).toBe(status.badSecret);
  expect((await first.access({ op: 'add', operand: 1n })).status).toBe(status.ok);
  expect(await second.hello(4, secret)).toBe(status.ok);
  expect((await second.access({ op: 'add', operand: 1n })).value).toBe(1n);
  await expect(first.access({ op: 'load' })).rejects.toThrow('closed');
});
