import { expect, test } from 'vitest';
import { cdat } from '../../../src/fabric/cdat.ts';

test('a table has the size of the memory, its latency in picoseconds, its bandwidth in MB/s, and the sum 0', () => {
  const table = cdat({ bytes: 2 ** 34, latencyNs: 100, bandwidthGbs: 50 });
  const [range, latency, bandwidth] = [16, 40, 64];
  expect(table).toHaveLength(88);
  expect(table.readUInt32LE(0)).toBe(88);
  expect(table.reduce((sum, byte) => (sum + byte) % 256, 0)).toBe(0);
  expect(table.readBigUInt64LE(range + 16)).toBe(2n ** 34n);
  const figure = (at: number) => Number(table.readBigUInt64LE(at + 8)) * table.readUInt16LE(at + 16);
  expect([table[latency], table[latency + 6], figure(latency)]).toEqual([1, 0, 100_000]);
  expect([table[bandwidth], table[bandwidth + 6], figure(bandwidth)]).toEqual([1, 3, 50_000]);
});
