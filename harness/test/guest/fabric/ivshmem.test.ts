import { afterEach, expect, test } from 'vitest';
import { inspectFabric } from '../../../src/fabric/fabric.ts';
import { selfTest } from '../../../src/fabric/self-test.ts';
import { endClusters, testCluster } from './test-cluster.ts';

afterEach(endClusters);

test("a stock QEMU's hosts share a BAR, and every result says so", async () => {
  const stock = { path: 'qemu-system-x86_64', straight: false, stock: true, why: 'ours could not be built' };
  const cluster = await testCluster('shm', { request: { qemu: stock } });
  const { fabric, hosts, memories } = cluster;
  expect(fabric).toMatchObject({ memoryPath: 'ivshmem', warning: 'ours could not be built' });
  expect(await selfTest(cluster)).toHaveLength(4);
  const facts = await inspectFabric(fabric, memories);
  expect(facts).toMatchObject({
    memoryPath: 'ivshmem',
    memories: [{ path: 'ivshmem' }, { path: 'ivshmem' }],
  });
  expect(hosts[0]?.facts.argv.join(' ')).toContain('ivshmem-plain');
});
