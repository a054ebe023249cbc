import { expect, test } from 'vitest';
import { socketMetrics } from '../../../../src/workload/variant/socket-metrics.ts';

const evidence = (cpuUs: number, mechanism: Record<string, number> = {}) => ({
  deviceBytes: 0,
  cpuUs,
  mechanism,
});
const told = (...args: Parameters<typeof socketMetrics>) =>
  Object.fromEntries(socketMetrics(...args).map(({ metric, value }) => [metric, value]));

test('socketMetrics divides CPU time by transactions', () => {
  expect(told(evidence(500), evidence(2500), 100)).toEqual({ cpu_us_per_txn: 20 });
});

test('the bypass ratio is of the bytes of this sample alone', () => {
  const before = evidence(0, { ring_bytes: 1000, tcp_bytes: 1000 });
  const after = evidence(0, { ring_bytes: 1900, tcp_bytes: 1100 });
  expect(told(before, after, 1)).toMatchObject({ bypass_ratio: 0.9 });
});

test('the bypass ratio tells of a sample that went mostly over TCP', () => {
  const after = evidence(0, { ring_bytes: 100, tcp_bytes: 300 });
  expect(told(evidence(0), after, 1)).toMatchObject({ bypass_ratio: 0.25 });
});

test('a mechanism without pairs has no bypass ratio', () => {
  const idle = evidence(0, { ring_bytes: 7, tcp_bytes: 7 });
  expect(told(idle, idle, 1)).not.toHaveProperty('bypass_ratio');
  const smc = evidence(0, { smcd_tx_bytes: 9 });
  expect(told(evidence(0, { smcd_tx_bytes: 0 }), smc, 1)).not.toHaveProperty('bypass_ratio');
});

test('the bytes of a rendezvous bypassed TCP too', () => {
  const before = evidence(0, { copied_bytes: 100, tcp_bytes: 100 });
  const after = evidence(0, { copied_bytes: 400, tcp_bytes: 200 });
  expect(told(before, after, 1)).toMatchObject({ bypass_ratio: 0.75 });
});
