import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildQemu } from '../../../src/fabric/qemu-build.ts';

let dir: string;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
  await writeFile(join(dir, 'secret'), 'known to two', { mode: 0o600 });
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  await rm(dir, { recursive: true });
});

async function listen(answer: (socket: net.Socket) => void): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A machine of nothing but this memory: it ends by itself where the server is refused. */
async function machineOn(address: string, limitMs = 2000) {
  const memory = `memory-backend-fabric,id=m,size=64M,addr=${address},timeout-ms=${limitMs},secret=s`;
  const began = performance.now();
  const { exitCode, stderr } = await execa(
    await buildQemu(),
    ['-nodefaults', '-display', 'none', '-S', '-M', 'none', '-accel', 'tcg'].concat([
      ...['-object', `secret,id=s,file=${join(dir, 'secret')}`, '-object', memory],
    ]),
    { reject: false, timeout: 60_000, stdin: 'ignore' },
  );
  return { exitCode, stderr, tookMs: performance.now() - began };
}

/** The greeting of a server that asks for a secret. */
function greeting(): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32LE(0x6362665a, 0);
  bytes.writeUInt16LE(2, 4);
  bytes.writeUInt16LE(1, 6);
  bytes.writeBigUInt64LE(2n ** 26n, 8);
  return bytes;
}

test('a server that drips its greeting holds a machine no longer than a silent one', async () => {
  const drips = await listen((socket) => {
    let at = 0;
    const drip = setInterval(() => socket.write(greeting().subarray(at, ++at)), 500);
    socket.on('close', () => clearInterval(drip));
  });
  const { exitCode, stderr, tookMs } = await machineOn(drips);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('no greeting from fabric server');
  expect(tookMs).toBeLessThan(6000);
});

test('a server that does not have the secret is refused, whatever it says', async () => {
  const impostor = await listen((socket) => {
    socket.write(greeting());
    // It lets everybody in, and has seen a proof before.
    socket.once('data', (hello) => {
      const welcome = Buffer.alloc(48);
      hello.copy(welcome, 16, 24, 56);
      socket.write(welcome);
    });
  });
  const { exitCode, stderr } = await machineOn(impostor);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('does not have the secret');
});
