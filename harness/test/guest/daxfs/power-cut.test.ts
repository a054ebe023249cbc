import { afterAll, expect, test } from 'vitest';
import { powerCuts } from '../../../src/checks/daxfs/power-cut.ts';
import { buildRoot } from '../../../src/guest/root/root.ts';
import { spareMemory } from '../../../src/guest/spare-memory.ts';
import { endClusters, testCluster } from '../fabric/test-cluster.ts';

afterAll(endClusters);

test('what a host had finished is there when its power is cut', async () => {
  const { image } = await buildRoot(['daxfs']);
  const { hosts } = await testCluster('shm', {
    host: { rootImage: image, ...spareMemory({ memoryMb: 512, append: [] }) },
  });
  expect(await powerCuts(hosts, 3)).toEqual([]);
});
