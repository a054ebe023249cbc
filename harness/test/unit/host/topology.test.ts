import { expect, test } from 'vitest';
import { cores, parseCpuList, pinOrder } from '../../../src/host/topology.ts';

test.each([
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['5', [5]],
  ['0,2-3\n', [0, 2, 3]],
  ['', []],
])('a CPU list %j', (list, cpus) => {
  expect(parseCpuList(list)).toEqual(cpus);
});

test('cores are filled before any is shared', () => {
  expect(pinOrder([{ cpus: [0, 4] }, { cpus: [1, 5] }, { cpus: [2] }])).toEqual([0, 1, 2, 4, 5]);
  expect(pinOrder([])).toEqual([]);
});

test('this machine has cores, and no CPU is in two of them', async () => {
  const cpus = (await cores()).flatMap((core) => core.cpus);
  expect(cpus.length).toBeGreaterThan(0);
  expect(new Set(cpus).size).toBe(cpus.length);
});
