import { expect, test } from 'vitest';
import { readPgbench } from '../../../src/workload/pgbench.ts';

/** Output of pgbench 15. */
const printed = `pgbench (15.14 (Debian 15.14-0+deb12u1))
transaction type: /tmp/read.sql
scaling factor: 1
query mode: prepared
number of clients: 1
number of threads: 1
maximum number of tries: 1
duration: 1 s
number of transactions actually processed: 8123
number of failed transactions: 0 (0.000%)
latency average = 0.123 ms
initial connection time = 3.210 ms
tps = 8149.231000 (without initial connection time)
`;

const site = {
  params: {
    ...{ workload: 'pgbench', topology: 'container', size: 1024, clock: 'virtual' as const, idle: null },
    ...{ kernel: 'default', clients: 1 },
  },
};

test('readPgbench reads the rate, and counts the rows of all transactions', () => {
  const { values, transactions, payloadBytes } = readPgbench(site, printed);
  expect(values).toEqual([
    { metric: 'rate', value: 8149.231 },
    { metric: 'instructions_per_txn', value: 1e9 / 8149.231 },
  ]);
  expect(transactions).toBe(8123);
  expect(payloadBytes).toBe(8123 * 1024);
});

test.each(['', printed.replace(/^tps.*$/m, ''), printed.replace('transactions: 0 (0', 'transactions: 3 (1')])(
  'readPgbench throws when no rate is printed, or a transaction failed: %#',
  (raw) => {
    expect(() => readPgbench(site, raw)).toThrow(/no rate, or has errors/);
  },
);
