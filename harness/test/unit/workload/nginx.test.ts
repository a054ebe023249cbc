import { expect, test } from 'vitest';
import { readWrk } from '../../../src/workload/nginx.ts';

/** Output of wrk 4.1.0. */
const printed = `Running 1s test @ http://10.77.0.2:7080/body
  1 threads and 1 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    86.52us   41.53us   1.93ms   98.01%
    Req/Sec    11.52k   346.92    11.80k    90.91%
  Latency Distribution
     50%   83.00us
     99%  145.00us
  12609 requests in 1.10s, 15.82MB read
Requests/sec:  11463.76
Transfer/sec:     14.38MB
`;

const site = {
  params: {
    ...{ workload: 'nginx', topology: 'container', size: 1024, clock: 'virtual' as const, idle: null },
    ...{ kernel: 'default', clients: 1 },
  },
};

test('readWrk reads the rate, and counts the bodies of all requests', () => {
  const { values, transactions, payloadBytes } = readWrk(site, printed);
  expect(values).toEqual([
    { metric: 'rate', value: 11463.76 },
    { metric: 'instructions_per_txn', value: 1e9 / 11463.76 },
  ]);
  expect(transactions).toBe(12609);
  expect(payloadBytes).toBe(12609 * 1024);
});

test.each([
  '',
  printed.replace('Requests/sec:  11463.76', ''),
  `${printed}  Socket errors: connect 0, read 3, write 0, timeout 0\n`,
  `${printed}  Non-2xx or 3xx responses: 12609\n`,
])('readWrk throws when no rate is printed, or an answer is missing: %#', (raw) => {
  expect(() => readWrk(site, raw)).toThrow(/no rate, or has errors/);
});
