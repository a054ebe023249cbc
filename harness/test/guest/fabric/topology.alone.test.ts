import { afterEach, expect, test } from 'vitest';
import { selfTest } from '../../../src/fabric/self-test.ts';
import { endClusters, testCluster } from './test-cluster.ts';

afterEach(endClusters);

/** Root, host bridge, and a port for each switch, as the hosts' own drivers find them. */
test.each([
  ['shm', 'two-switches', 'root0/port1/port2/port3', 'cxl-straight'],
  ['tcp', 'switch', 'root0/port1/port2', 'cxl-forwarded'],
] as const)('%s, %s: hosts reach their memory through the switches, and lose nothing', async (...row) => {
  const [kind, topology, ports, memoryPath] = row;
  const cluster = await testCluster(kind, { request: { topology } });
  expect(cluster.fabric.memoryPath).toBe(memoryPath);
  expect(cluster.memories).toMatchObject([{ ports }, { ports }]);
  expect(await selfTest(cluster)).toHaveLength(4);
});
