import { expect, test } from 'vitest';
import { poison } from '../../../src/fabric/poison.ts';

const views = `FlatView #0
 AS "cxl-type3-dpa-vmem-space:cxl-mem0", root: fabric0
  0000000000000000-000000000fffffff (prio 0, ram): fabric0
FlatView #1
 AS "memory", root: system
  0000000000100000-000000003fffffff (prio 0, ram): pc.ram @0000000000100000
  0000000110000000-000000011fffffff (prio 0, i/o): fabric0
`;

/** Answers as QEMU does, and writes down what it was told. */
function monitor(mapped: string, objects: readonly string[] = ['fabric0']) {
  const told: unknown[] = [];
  const execute = async (command: string, args: Record<string, unknown> = {}) => {
    if (command === 'qom-list') return objects.map((name) => ({ name, type: 'child<memory-backend-file>' }));
    const { 'command-line': line, ...rest } = args;
    told.push(line ?? [command, rest]);
    return line === 'info mtree -f' ? mapped.replaceAll('\n', '\r\n') : {};
  };
  return { told, execute };
}

test('the line that holds the byte goes bad, where the kernel has put the memory', async () => {
  const { told, execute } = monitor(views);
  await poison({ execute }, 0x200050);
  expect(told.slice(1)).toEqual([
    ['cxl-inject-poison', { path: '/machine/peripheral/cxl-mem0', start: 0x200040, length: 64 }],
    ['cxl-inject-general-media-event', expect.objectContaining({ dpa: 0x200040, log: 'failure' })],
    'mce -b 0 9 0xbd000000000000c0 0x5 0x110200040 0x86',
  ]);
});

test('memory that is not there cannot go bad', async () => {
  await expect(poison(monitor(views), 0x10000000)).rejects.toThrow(
    'has 268435456 bytes, and none at 268435456',
  );
  await expect(poison(monitor('FlatView #0\n'), 0)).rejects.toThrow('no CXL memory in use');
});

test('in lockstep nothing goes bad', async () => {
  const { told, execute } = monitor(views, ['fabric0', 'lockstep0']);
  await expect(poison({ execute }, 0)).rejects.toThrow('this host runs in lockstep');
  expect(told).toEqual([]);
});
