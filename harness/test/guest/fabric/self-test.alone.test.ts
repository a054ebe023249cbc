import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fabricdSource } from '../../../src/fabric/fabricd.ts';
import { startFabric } from '../../../src/fabric/fabrics.ts';
import { onFabric, raiseOn } from '../../../src/fabric/raise.ts';
import { selfTest } from '../../../src/fabric/self-test.ts';
import type { HostSpec } from '../../../src/guest/spec.ts';
import { alteredServer } from './altered-server.ts';
import { cleanUpLater, endClusters, sizes, specsOf, testCluster } from './test-cluster.ts';

afterEach(endClusters);

describe('the self-test refuses hosts', () => {
  test.each<[string, Partial<HostSpec>]>([
    ['that can only ever have one vCPU', { cpus: 1, qemuArgs: ['-smp', '1,maxcpus=1'] }],
    ['whose instructions are counted', { clock: 'virtual', bootTimeoutMs: 240_000 }],
    ['whose window is one of accessors', { qemuArgs: ['-global', 'cxl-type3.x-straight=off'] }],
  ])('%s', async (_, changes) => {
    const cluster = await testCluster('shm', { host: changes });
    await expect(selfTest(cluster)).rejects.toThrow('atomics are not atomic between these hosts');
  });

  test('of one CPU whose kernels have patched LOCK out of themselves', async () => {
    const fabric = await startFabric({ kind: 'shm', sizeBytes: sizes.shm });
    const specs = onFabric(fabric, await specsOf(2, { cpus: 1 }));
    const replacing = specs.map((spec) => ({
      ...spec,
      append: spec.append.filter((word) => word !== 'noreplace-smp'),
    }));
    const raised = await raiseOn(fabric, replacing);
    cleanUpLater(() => raised[Symbol.asyncDispose]());
    await expect(selfTest(raised)).rejects.toThrow(/not atomic between these hosts: kernel-/);
  });
});

test('hosts of one CPU keep LOCK in their kernels', async () => {
  const cluster = await testCluster('shm', { host: { cpus: 1 } });
  expect(await selfTest(cluster)).toHaveLength(4);
});

describe('the self-test refuses a server', () => {
  test.each([
    {
      what: 'that drops adds of two bytes',
      from: 'case FABRIC_ADD:\n',
      to: 'case FABRIC_ADD:\n\t\tif (size == 2)\n\t\t\tbreak;\n',
      refused: /xadd2/,
    },
    {
      what: 'that halves a compare-and-swap of 16 bytes',
      from: '\t\t\tput(at, size, operand);\n\t\tbreak;\n\tcase FABRIC_STORE:',
      to: '\t\t\tput(at, size < 16 ? size : 8, operand);\n\t\tbreak;\n\tcase FABRIC_STORE:',
      refused: /cmpxchg16/,
    },
    {
      what: 'that exchanges what it should not',
      from: 'case FABRIC_XCHG:\n',
      to: 'case FABRIC_XCHG:\n\t\tif (size == 4 && old)\n\t\t\tbreak;\n',
      refused: /xchg4/,
    },
  ])('$what', async ({ from, to, refused }) => {
    const source = await readFile(join(fabricdSource, 'memory.c'), 'utf8');
    expect(source.split(from)).toHaveLength(2);
    const server = await alteredServer(source.replace(from, () => to));
    cleanUpLater(() => server[Symbol.asyncDispose]());
    const cluster = await testCluster('tcp', { request: { address: server.address } });
    await expect(selfTest(cluster)).rejects.toThrow(refused);
  });
});
