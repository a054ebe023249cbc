import { expect, test } from 'vitest';
import { parseStat, processFamily, processTable } from '../../../src/host/process-table.ts';

const stat = (pid: number, name: string, parent: number) =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 9 8 7 6 100 20 3 4 20 0 1 0 55 1000 10\n`;

test('a process is read whatever its name holds', () => {
  expect(parseStat(stat(7, 'qemu-system-x86', 3))).toEqual({
    pid: 7,
    parent: 3,
    name: 'qemu-system-x86',
    ticks: 127,
  });
  expect(parseStat(stat(7, ') S 1 (\n', 3))).toMatchObject({ parent: 3, name: ') S 1 (\n' });
  expect(parseStat('')).toBeNull();
});

test('a family is a process and all that descends from it', () => {
  const table = [stat(1, 'init', 0), stat(5, 'us', 1), stat(6, 'child', 5), stat(7, 'grandchild', 6)];
  const { ours, others } = processFamily(
    5,
    table.flatMap((line) => parseStat(line) ?? []),
  );
  expect(ours.map(({ pid }) => pid)).toEqual([5, 6, 7]);
  expect(others.map(({ pid }) => pid)).toEqual([1]);
});

test('this process is in the table of this machine', async () => {
  expect((await processTable()).find(({ pid }) => pid === process.pid)?.parent).toBe(process.ppid);
});
