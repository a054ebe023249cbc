import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtFabricd } from '../../../src/fabric/fabricd.ts';
import type { LatencyProfile } from '../../../src/fabric/profile.ts';
import { type Server, startServer } from '../../../src/fabric/server.ts';
import { Client, listeningAt } from './client.ts';

const memoryBytes = 2 ** 20;
const status = { ok: 0, badRange: 1, badRequest: 2, busy: 4 };

let server: Server;
const clients: Client[] = [];

beforeEach(async () => {
  server = await startServer({ memoryBytes });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  await server.end();
});

async function connected(host: number): Promise<Client> {
  const client = new Client(server.address);
  clients.push(client);
  expect(await client.hello(host)).toBe(status.ok);
  return client;
}

describe('operations', () => {
  it('give what was there before and leave what they should', async () => {
    const client = await connected(0);
    const steps = [
      { op: 'store', operand: 0x1122334455667788n, before: 0n },
      { op: 'add', operand: 1n, before: 0x1122334455667788n },
      { op: 'and', operand: 0xffffn, before: 0x1122334455667789n },
      { op: 'or', operand: 0x10000n, before: 0x7789n },
      { op: 'xor', operand: 0x1n, before: 0x17789n },
      { op: 'xchg', operand: 5n, before: 0x17788n },
      { op: 'cmpxchg', operand: 7n, expected: 6n, before: 5n },
      { op: 'cmpxchg', operand: 8n, expected: 5n, before: 5n },
      { op: 'load', before: 8n },
    ] as const;
    for (const { before, ...access } of steps)
      expect(await client.access({ address: 64n, ...access })).toEqual({ status: status.ok, value: before });
  });

  it.each([1, 2, 4, 8])('of %i bytes leave their neighbours alone', async (size) => {
    const client = await connected(0);
    const ones = (1n << 64n) - 1n;
    await client.access({ op: 'store', address: 0n, operand: ones });
    await client.access({ op: 'store', address: 8n, operand: ones });
    await client.access({ op: 'add', address: 5n, size, operand: ones });
    await client.access({ op: 'add', address: 5n, size, operand: 2n });
    const both = (await client.access({ op: 'cmpxchg', address: 0n, size: 16 })).value;
    expect(both).toBe(((1n << 128n) - 1n) & ~(((1n << BigInt(8 * size)) - 1n) << 40n));
  });

  it('of 16 bytes are one', async () => {
    const client = await connected(0);
    const value = (7n << 64n) | 9n;
    const first = { op: 'cmpxchg', address: 32n, size: 16, operand: value, expected: 0n } as const;
    expect((await client.access(first)).value).toBe(0n);
    expect((await client.access({ ...first, operand: 1n })).value).toBe(value);
    expect((await client.access({ op: 'load', address: 40n })).value).toBe(7n);
  });

  it('load and store 16 bytes at once', async () => {
    const client = await connected(0);
    const value = (11n << 64n) | 13n;
    await client.access({ op: 'store', address: 48n, size: 16, operand: value });
    expect((await client.access({ op: 'load', address: 48n, size: 16 })).value).toBe(value);
  });

  it("of the self-test have a place of their own, and leave the hosts' memory alone", async () => {
    const client = await connected(0);
    await client.access({ op: 'store', operand: 1n });
    await client.access({ op: 'add', space: 1, operand: 5n });
    expect((await client.access({ op: 'load' })).value).toBe(1n);
    expect((await client.access({ op: 'load', space: 1 })).value).toBe(5n);
    const behind = { op: 'load', space: 1, address: 2n ** 21n } as const;
    expect((await client.access(behind)).status).toBe(status.badRange);
  });

  it.each([2n ** 20n, 2n ** 20n - 7n, 2n ** 64n - 1n, 2n ** 64n - 8n])(
    'at %i, outside the memory, are refused',
    async (address) => {
      const client = await connected(0);
      expect((await client.access({ op: 'load', address })).status).toBe(status.badRange);
      expect((await client.access({ op: 'load', address: 0n })).status).toBe(status.ok);
    },
  );

  it.each([
    { op: 9, size: 8 },
    { op: 0, size: 3 },
    { op: 0, size: 32 },
    { op: 3, size: 0 },
    { op: 0, space: 2 },
    { op: 255, size: 255 },
  ])('of an unknown kind end the connection: %o', async (access) => {
    const client = await connected(0);
    expect((await client.access(access)).status).toBe(status.badRequest);
    await expect(client.access({ op: 'load' })).rejects.toThrow('closed');
  });
});

describe('hosts', () => {
  it('see one counter, and none of its steps twice', async () => {
    const hosts = await Promise.all([0, 1, 2, 3].map(connected));
    const seen = await Promise.all(
      hosts.map(async (host) => {
        const values: bigint[] = [];
        for (let i = 0; i < 500; i++) values.push((await host.access({ op: 'add', operand: 1n })).value);
        return values;
      }),
    );
    expect(new Set(seen.flat()).size).toBe(2000);
    expect((await hosts[0]?.access({ op: 'load' }))?.value).toBe(2000n);
  });

  it('cannot take the number of one that is there, but of one that is gone', async () => {
    const first = await connected(3);
    const second = new Client(server.address);
    clients.push(second);
    expect(await second.hello(3)).toBe(status.busy);
    first.socket.destroy();
    await server.next((event) => event.event === 'gone' && event.host === 3);
    await connected(3);
  });

  it('that say nothing do not hold up others', async () => {
    for (let i = 0; i < 8; i++) clients.push(new Client(server.address));
    const half = new Client(server.address);
    clients.push(half);
    half.socket.write(Buffer.alloc(20));
    const client = await connected(0);
    expect((await client.access({ op: 'add', operand: 1n })).status).toBe(status.ok);
  });
});

describe('a round', () => {
  it('is that of the hosts that are there, and a new one for those that come to an empty server', async () => {
    const [first, second] = [await connected(0), await connected(1)];
    expect(second.round).toBe(first.round);
    for (const [host, client] of [first, second].entries()) {
      client.socket.destroy();
      await server.next((event) => event.event === 'gone' && event.host === host);
    }
    expect((await connected(1)).round).toBe(first.round + 1n);
  });

  it('is a new one for a host that comes again', async () => {
    const [first] = [await connected(0), await connected(1)];
    first.socket.destroy();
    await server.next((event) => event.event === 'gone');
    expect((await connected(0)).round).toBe(first.round + 1n);
    expect((await connected(2)).round).toBe(first.round + 1n);
  });
});

describe('connections without a hello', () => {
  it('do not lock hosts out, however many they are', async () => {
    for (let i = 0; i < 200; i++) clients.push(new Client(server.address));
    await sleep(200);
    const hosts = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(connected));
    for (const host of hosts) expect((await host.access({ op: 'load' })).status).toBe(status.ok);
  });

  it('from many addresses leave room for an address that hosts came from', async () => {
    const known = await connected(0);
    for (let i = 0; i < 64; i++) clients.push(new Client(server.address, `127.0.0.${2 + (i % 8)}`));
    await sleep(200);
    const stranger = new Client(server.address, '127.0.0.99');
    clients.push(stranger);
    await expect(stranger.hello(3)).rejects.toThrow();
    await connected(1);
    expect((await known.access({ op: 'load' })).status).toBe(status.ok);
  });

  it('are closed after some seconds, those that drip a byte now and then as well', async () => {
    const [silent, dripping] = [new Client(server.address), new Client(server.address)];
    clients.push(silent, dripping);
    const drip = setInterval(() => dripping.socket.write(Buffer.of(0x5a)), 300);
    const ends = [silent, dripping].map(
      (client) => new Promise((resolve) => client.socket.on('close', () => resolve('closed'))),
    );
    expect(await Promise.race([Promise.all(ends), sleep(6000, 'open')])).toEqual(['closed', 'closed']);
    clearInterval(drip);
  });
});

describe('the operator', () => {
  it('reads what each host has done', async () => {
    const client = await connected(2);
    await client.access({ op: 'cmpxchg', operand: 1n, expected: 1n });
    await client.access({ op: 'store', size: 4 });
    const [host] = await server.statistics();
    expect(host).toMatchObject({ host: 2, connected: true, bytes: 12, cas_failed: 1 });
    expect(host?.operations).toMatchObject({ cmpxchg: 1, store: 1, load: 0 });
    expect(host?.held_log2_ns.reduce((sum, many) => sum + many, 0)).toBe(2);
  });

  it('delays a host, and not the others', async () => {
    const [slow, fast] = [await connected(0), await connected(1)];
    await server.delay(0, 300_000_000);
    const began = performance.now();
    const slowReply = slow.access({ op: 'add', operand: 1n });
    await fast.access({ op: 'load' });
    await slowReply;
    expect(performance.now() - began).toBeGreaterThan(290);
    expect((await server.statistics())[1]?.held_log2_ns.length).toBeLessThan(28);
  });

  it('makes operations take as long as on a kind of memory, many times over', async () => {
    const client = await connected(0);
    for (const [name, leastMs] of [
      ['local-dram', 50],
      ['cxl-two-switches', 275],
    ] as const) {
      await server.profile('all', { name, times: 500_000 });
      const began = performance.now();
      await client.access({ op: 'load' });
      expect(performance.now() - began).toBeGreaterThan(leastMs);
    }
    const nameless = { name: 'abacus', times: 1 } as unknown as LatencyProfile;
    await expect(server.profile('all', nameless)).rejects.toThrow(
      'fabricd does not know: profile all abacus:1',
    );
  });

  it('writes down every operation', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
    const trace = join(dir, 'trace');
    const traced = await startServer({ memoryBytes, trace });
    const client = new Client(traced.address);
    clients.push(client);
    await client.hello(3);
    await client.access({ op: 'add', address: 64n, operand: 5n });
    await client.access({ op: 'cmpxchg', address: 64n, operand: 7n, expected: 5n, size: 4 });
    await traced.end();
    const lines = (await readFile(trace, 'utf8')).trim().split('\n');
    expect(lines.map((line) => line.replace(/^\d+ /, ''))).toEqual([
      'h3 op=5 size=8 address=40 operand=5 expected=0 old=0',
      'h3 op=3 size=4 address=40 operand=7 expected=5 old=5',
    ]);
    await rm(dir, { recursive: true });
  });

  it('freezes the server, and nobody is told anything until it thaws', async () => {
    const client = await connected(0);
    server.freeze();
    const reply = client.access({ op: 'add', operand: 1n });
    expect(await Promise.race([reply, sleep(300, 'silence')])).toBe('silence');
    server.thaw();
    expect((await reply).value).toBe(0n);
  });

  it.each([
    { when: 'before', left: 2n },
    { when: 'after', left: 3n },
  ] as const)('holds an operation $when its effect, and its host may vanish', async ({ when, left }) => {
    const [victim, survivor] = [await connected(0), await connected(1)];
    const add = { op: 'add', operand: 1n } as const;
    const held = server.holdOperation(0, 3, when);
    await victim.access(add);
    await victim.access(add);
    const lost = victim.access(add);
    lost.catch(() => {});
    await held;
    victim.socket.destroy();
    const gone = await server.next((event) => event.event === 'gone');
    expect(gone.event).toMatchObject({ host: 0, in_flight: true });
    expect((await survivor.access({ op: 'load' })).value).toBe(left);
  });
});

it('goes on where nobody reads its events, and says later how many were dropped', async () => {
  const silent = spawn(await builtFabricd(), ['--size', '1M', '--control'], { stdio: 'pipe' });
  const lines: string[] = [];
  try {
    const address = await listeningAt(silent.stdout);
    silent.stdout.pause();
    for (let i = 0; i < 4000; i++) {
      const client = new Client(address);
      expect(await client.hello(i % 16)).not.toBe(undefined);
      client.socket.destroy();
    }
    const client = new Client(address);
    clients.push(client);
    while ((await client.hello(7).catch(() => status.busy)) !== status.ok) await sleep(10);
    expect((await client.access({ op: 'add', operand: 1n })).value).toBe(0n);
    createInterface({ input: silent.stdout }).on('line', (line) => lines.push(line));
    silent.stdout.resume();
    await sleep(200);
    silent.stdin.write('stats\nstats\n');
    while (!lines.some((line) => line.includes('"dropped"'))) await sleep(20);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  } finally {
    silent.kill('SIGKILL');
  }
});
