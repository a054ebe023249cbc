import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtFabricd } from '../../../src/fabric/fabricd.ts';
import { Client, listeningAt } from './client.ts';

let dir: string;
let fabricd: string;
const inDir = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
  fabricd = await builtFabricd();
  for (const [name, text, mode] of [
    ['secret', 'known to two', 0o600],
    ['open', 'known to all', 0o666],
    ['group', 'known to some', 0o640],
    ['empty', '\n', 0o600],
    ['long', 'x'.repeat(1025), 0o600],
  ] as const) {
    await writeFile(inDir(name), text);
    await chmod(inDir(name), mode);
  }
});

afterAll(() => rm(dir, { recursive: true }));

async function withServer<T>(args: string[], use: (address: string) => Promise<T>): Promise<T> {
  const server = spawn(fabricd, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    return await use(await listeningAt(server.stdout));
  } finally {
    server.kill('SIGKILL');
  }
}

/** The size of the memory in the server's greeting. */
async function memoryBytes(address: string): Promise<bigint> {
  const client = new Client(address);
  const greeting = await client.read(32);
  client.socket.destroy();
  return greeting.readBigUInt64LE(8);
}

it.each([
  ['65536', 2n ** 16n],
  ['64K', 2n ** 16n],
  ['256M', 2n ** 28n],
  ['2G', 2n ** 31n],
  ['1T', 2n ** 40n],
])('serves --size %s', async (size, bytes) => {
  expect(await withServer(['--size', size], memoryBytes)).toBe(bytes);
  expect(await withServer([`--size=${size}`], memoryBytes)).toBe(bytes);
});

it.each(['256', '0', '-1', '256Q', '256MB', '256 M', '0x1000', '1e9', '', '99999999999999999999', '65T'])(
  'refuses --size "%s"',
  async (size) => {
    expect(await refusal(['--size', size])).toMatch(/--size/);
  },
);

it.each([
  ['127.0.0.1:0', /^127\.0\.0\.1:\d+$/],
  ['[::1]:0', /^\[::1\]:\d+$/],
])('listens on %s', async (place, expected) => {
  await withServer(['--size', '1M', '--listen', place], async (address) => {
    expect(address).toMatch(expected);
    const client = new Client(address);
    expect(await client.hello(0)).toBe(0);
    client.socket.destroy();
  });
});

it.each([
  '127.0.0.1',
  '127.0.0.1:99999',
  '127.0.0.1:65536',
  '127.0.0.1:-1',
  '127.0.0.1:7x',
  '127.0.0.1:',
  ':7000',
  '::1:7001',
  '[::1]7001',
  '[127.0.0.1]:7000',
  'localhost:7000',
  '999.0.0.1:7000',
])('refuses --listen %s', async (place) => {
  expect(await refusal(['--size', '1M', '--listen', place])).toContain('expected --listen');
});

it.each(['0.0.0.0:0', '[::]:0'])('asks for a secret on %s, which others can reach', async (place) => {
  expect(await refusal(['--size', '1M', '--listen', place])).toContain('--secret');
});

it.each([
  ['open', 'can be read by others (mode 666)'],
  ['group', 'can be read by others (mode 640)'],
  ['empty', 'to have 1 to 1024 bytes'],
  ['long', 'to have 1 to 1024 bytes'],
  ['.', 'is not a plain file'],
  ['absent', 'No such file'],
])('refuses the secret "%s"', async (name, why) => {
  expect(await refusal(['--size', '1M', '--secret', inDir(name)])).toContain(why);
});

it('holds every operation for --latency-ns', async () => {
  await withServer(['--size', '1M', '--latency-ns', '200000000'], async (address) => {
    const client = new Client(address);
    await client.hello(0);
    const began = performance.now();
    await client.access({ op: 'load' });
    expect(performance.now() - began).toBeGreaterThan(195);
    client.socket.destroy();
  });
});

it.each([
  [['--latency-ns', '5x'], '--latency-ns'],
  [['--latency-ns', '5', '--profile', 'cxl-direct'], 'exclude each other'],
  [['--profile', 'abacus'], 'local-dram'],
  [['--profile', 'cxl-direct:0'], 'local-dram'],
  [['--trace', '/nonexistent/trace'], '--trace'],
  [['--size', '2M'], 'given twice'],
  [['--control=yes'], 'takes no value'],
  [['--sizes', '2M'], 'is not an option'],
  [['--cont'], 'is not an option'],
  [['more'], 'is not an option'],
  [['--listen'], 'needs a value'],
])('refuses %j', async (args, why) => {
  expect(await refusal(['--size', '1M', ...args])).toContain(why);
});

it('tells its usage when asked, and when the size is missing', async () => {
  expect((await execa(fabricd, ['--help'], { timeout: 2000 })).stdout).toContain(
    'usage: fabricd --size SIZE',
  );
  expect(await refusal([])).toContain('--size is missing');
});

async function refusal(args: string[]): Promise<string> {
  const result = await execa(fabricd, args, { reject: false, timeout: 2000, stdin: 'ignore' });
  expect(result.exitCode).toBe(2);
  return result.stderr;
}
