import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { giveOrder, hostOrder } from '../../../src/cli/guest-order.ts';

let dir: string;
let server: net.Server | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-order-'));
});

afterEach(async () => {
  server?.close();
  server = undefined;
  await rm(dir, { recursive: true });
});

/** Greets and answers as QEMU does, and returns what it was told. */
function qemu(socket: string): string[] {
  const told: string[] = [];
  server = net.createServer((stream) => {
    stream.write('{"QMP": {"version": {}, "capabilities": []}}\n');
    createInterface(stream).on('line', (line) => {
      const { execute, id } = JSON.parse(line);
      told.push(execute);
      stream.write(`${JSON.stringify({ return: {}, id })}\n`);
    });
  });
  server.listen(socket);
  return told;
}

test.each([
  ['pause', 'stop'],
  ['resume', 'cont'],
  ['kill', 'quit'],
] as const)('--%s tells QEMU to %s', async (name, command) => {
  const socket = join(dir, 'qmp');
  const told = qemu(socket);
  await giveOrder({ name, socket, offset: 0 });
  expect(told).toEqual(['qmp_capabilities', command]);
});

test('an order to nobody is refused with what to name', async () => {
  await expect(giveOrder({ name: 'pause', socket: join(dir, 'qmp'), offset: 0 })).rejects.toMatchObject({
    kind: 'usage',
    message: `no host listens on ${dir}/qmp (ENOENT)`,
    next: expect.stringContaining('--qmp'),
  });
});

test('hostOrder reads one order, relative to the caller, and nothing beside it', () => {
  expect(hostOrder(['--pause', 'qmp'], '/logs')).toEqual({ name: 'pause', socket: '/logs/qmp', offset: 0 });
  expect(hostOrder(['--poison', 'a@b@0x1000'], '/logs')).toEqual({
    name: 'poison',
    socket: '/logs/a@b',
    offset: 4096,
  });
  expect(() => hostOrder(['--poison', 'qmp'], '/')).toThrow('SOCKET@OFFSET');
  expect(() => hostOrder(['--poison', 'qmp@8', '--hosts', '2'], '/')).toThrow('takes nothing beside it');
  expect(hostOrder(['--qmp', '--', 'true'], '/logs')).toBeUndefined();
  expect(() => hostOrder(['--kill', 'a', '--pause', 'b'], '/')).toThrow('takes nothing beside it');
  expect(() => hostOrder(['--resume', 'a', '--', 'true'], '/')).toThrow('takes nothing beside it');
});
