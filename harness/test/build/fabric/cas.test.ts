import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type MemoryFile, memoryFile } from '../../../src/fabric/memory-file.ts';
import { countSchema } from '../../../src/fabric/self-test.ts';
import { buildGuestPrograms } from '../../../src/guest/root/programs.ts';

const timedSchema = countSchema.extend({ latency_ns: z.array(z.tuple([z.int(), z.int()])) });

/** Where the first word lies: sixteen slots, the lock and what it guards come before it, 64 bytes each. */
const firstWord = 18 * 64;

let file: MemoryFile;
let program: string;

beforeEach(async () => {
  file = memoryFile(2 ** 21);
  program = join(await buildGuestPrograms(), 'cas');
}, 120_000);

afterEach(() => file.close());

/** Plain processes of this machine take the hosts' places. */
async function run(hosts: number, args: string[], own: (host: number) => string[] = () => []) {
  const all = ['--json', '--device', file.path, '--hosts', `${hosts}`, ...args];
  const ends = await Promise.all(
    Array.from({ length: hosts }, (_, host) =>
      execa(program, [...all, '--host', `${host}`, ...own(host)], { reject: false, timeout: 60_000 }),
    ),
  );
  return ends.map(({ exitCode, stdout }) => ({ exitCode, ...countSchema.parse(JSON.parse(stdout)) }));
}

it.each(['cas', 'add', 'lock', 'slots'])('%s: all that was acknowledged is there', async (op) => {
  const ends = await run(2, ['--op', op, '--ops', '20000', '--words', '4']);
  for (const end of ends) {
    expect(end).toMatchObject({
      exitCode: 0,
      op,
      acknowledged: 20000,
      final: 40000,
      lost: 0,
      gave_up: false,
    });
    expect(end.attempts).toBeGreaterThanOrEqual(op === 'slots' ? 20000 : end.acknowledged);
  }
});

it('goes on until the last of all has met the others often enough', async () => {
  const ends = await run(2, ['--op', 'add', '--ops', '1000', '--seconds', '50'], (host) => [
    '--contended',
    `${1 + 200 * host}`,
  ]);
  for (const end of ends) expect(end).toMatchObject({ exitCode: 0, lost: 0, gave_up: false });
  expect(ends[1]?.contended).toBeGreaterThan(200);
});

it('runs for a time, and times each operation when asked to', async () => {
  const args = ['--run-ms', '100', '--timed-one-in', '1', '--histogram'];
  const lines = await Promise.all(
    [0, 1].map((host) =>
      execa(program, [...args, '--device', file.path, '--host', `${host}`, '--hosts', '2']),
    ),
  );
  const ends = lines.map(({ stdout }) => timedSchema.parse(JSON.parse(stdout)));
  for (const { seconds, acknowledged, final, latency_ns, latency_ns_p50, latency_ns_p99 } of ends) {
    expect(seconds).toBeGreaterThanOrEqual(0.1);
    expect(final).toBe(ends.reduce((sum, end) => sum + end.acknowledged, 0));
    expect(latency_ns.reduce((sum, [, count]) => sum + count, 0)).toBe(acknowledged);
    const times = latency_ns.map(([ns]) => ns);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times).toEqual(expect.arrayContaining([latency_ns_p50, latency_ns_p99]));
    expect(latency_ns_p99).toBeGreaterThanOrEqual(latency_ns_p50);
  }
});

it('runs again on the same memory', async () => {
  for (const ops of ['1000', '3000', '2000'])
    for (const { final } of await run(2, ['--ops', ops])) expect(final).toBe(2 * Number(ops));
});

it('meets again after hosts went apart', async () => {
  for (const alone of ['0', '1'])
    await execa(program, ['--device', file.path, '--host', alone, '--hosts', '2', '--seconds', '1'], {
      reject: false,
    });
  await run(1, ['--ops', '10']);
  for (const { final } of await run(2, ['--ops', '1000'])) expect(final).toBe(2000);
});

it('meets again in a round of another number, whoever was in those before', async () => {
  await execa(program, ['--device', file.path, '--host', '1', '--hosts', '2', '--seconds', '1'], {
    reject: false,
  });
  for (const end of await run(2, ['--ops', '1000', '--round', '7', '--seconds', '50']))
    expect(end).toMatchObject({ exitCode: 0, final: 2000, lost: 0 });
});

it('finds what was lost', async () => {
  const fd = openSync(file.path, 'r+');
  const disturb = setInterval(() => writeSync(fd, Buffer.alloc(8), 0, 8, firstWord), 1);
  try {
    for (const { exitCode, lost } of await run(2, ['--op', 'add', '--ops', '20000000'])) {
      expect(lost).toBeGreaterThan(0);
      expect(exitCode).toBe(1);
    }
  } finally {
    clearInterval(disturb);
  }
});

it('gives up a lock that has stuck', async () => {
  const fd = openSync(file.path, 'r+');
  const stick = setInterval(() => writeSync(fd, Buffer.from([99]), 0, 1, 16 * 64), 1);
  try {
    for (const end of await run(1, ['--op', 'lock', '--ops', '100000000000', '--seconds', '2']))
      expect(end).toMatchObject({ exitCode: 4, gave_up: true, lost: 0 });
  } finally {
    clearInterval(stick);
  }
});
