import { expect, test } from 'vitest';
import { readPingpong } from '../../../src/workload/pingpong.ts';
import type { Params } from '../../../src/workload/sample.ts';

const params: Params = {
  workload: 'pingpong',
  topology: 'loopback',
  size: 1024,
  clock: 'virtual',
  idle: null,
  kernel: 'default',
  test: 'rr',
};
const line = (changes: object) =>
  JSON.stringify({
    rate: 50_000,
    transactions: 50_000,
    latency_us_p50: 20,
    latency_us_p99: 30,
    domain: null,
    ...changes,
  });

test('the virtual clock counts instructions, and latencies there say nothing', () => {
  const measured = readPingpong({ params, variantName: 'tcp' }, line({}));
  expect(measured.values).toEqual([
    { metric: 'rate', value: 50_000 },
    { metric: 'instructions_per_txn', value: 20_000 },
  ]);
  expect(measured.payloadBytes).toBe(50_000 * 1024 * 2);
});

test('the wall clock has latencies and no instructions', () => {
  const wall: Params = { ...params, clock: 'wall', idle: 'poll' };
  const metrics = readPingpong({ params: wall, variantName: 'unix' }, line({})).values.map((v) => v.metric);
  expect(metrics).toEqual(['rate', 'latency_us_p50', 'latency_us_p99']);
});

test('two spinning ends that take turns are an error, not a sample', () => {
  expect(() => readPingpong({ params, variantName: 'tcp-spin' }, line({ rate: 63 }))).toThrow(
    /tcp-spin made 63 transactions/,
  );
  expect(readPingpong({ params, variantName: 'tcp' }, line({ rate: 63 })).values[0]?.value).toBe(63);
});

test('the program’s facts about its socket are kept for the proof', () => {
  const text = line({ domain: 'AF_UNIX', spins: 7 });
  expect(readPingpong({ params, variantName: 'unix' }, text).observed).toMatchObject({
    domain: 'AF_UNIX',
    spins: 7,
  });
});

test('no transactions is an error', () => {
  expect(() => readPingpong({ params, variantName: 'tcp' }, line({ transactions: 0 }))).toThrow(
    /cannot be read/,
  );
});
