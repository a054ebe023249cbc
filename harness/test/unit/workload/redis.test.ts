import { expect, test } from 'vitest';
import { exchangeBytes, readRedis } from '../../../src/workload/redis.ts';

/** Output of redis-benchmark 7.0.15. */
const names =
  '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"';
const printed = `${names}\n"GET","23923.44","0.031","0.024","0.031","0.039","0.047","0.151"\n`;

const site = (changes: Record<string, string | number> = {}) => ({
  params: {
    ...{ workload: 'redis', topology: 'loopback', size: 3, clock: 'virtual' as const, idle: null },
    ...{ kernel: 'default', test: 'get', clients: 1, ...changes },
  },
});

test('the rate is read, and gives the instructions on the virtual clock', () => {
  const { values, transactions, payloadBytes } = readRedis(site(), printed);
  expect(values).toEqual([
    { metric: 'rate', value: 23923.44 },
    { metric: 'instructions_per_txn', value: 1e9 / 23923.44 },
  ]);
  expect(payloadBytes).toBe(transactions * exchangeBytes('get', 3));
});

test('latencies are of the wall clock, in microseconds', () => {
  const { values } = readRedis(site({ clock: 'wall' }), printed);
  expect(values).toEqual([
    { metric: 'rate', value: 23923.44 },
    { metric: 'latency_us_p50', value: 31 },
    { metric: 'latency_us_p99', value: 47 },
  ]);
});

test.each(['', names, printed.replace('GET', 'SET'), printed.replace('23923.44', 'nan')])(
  'what tells no rate of this test is an error, never a zero: %j',
  (raw) => {
    expect(() => readRedis(site(), raw)).toThrow(/cannot be read/);
  },
);

test('an exchange is as long as the protocol makes it', () => {
  const key = '$16\r\nkey:__rand_int__\r\n';
  expect(exchangeBytes('get', 3)).toBe(`*2\r\n$3\r\nGET\r\n${key}`.length + '$3\r\nxxx\r\n'.length);
  expect(exchangeBytes('set', 10)).toBe(
    `*3\r\n$3\r\nSET\r\n${key}$10\r\n0123456789\r\n`.length + '+OK\r\n'.length,
  );
});
