import { afterAll, expect, test } from 'vitest';
import { buildRoot } from '../../../src/guest/root/root.ts';
import { endClusters, testCluster } from '../fabric/test-cluster.ts';

afterAll(endClusters);

test('daxfs-demo: hosts see each other through a server', async () => {
  const { image } = await buildRoot(['daxfs']);
  const { hosts } = await testCluster('tcp', { host: { rootImage: image } });
  const [first] = await Promise.all(hosts.map((host) => host.must(['daxfs-demo'], { timeoutMs: 240_000 })));
  expect(first?.stdout.toString()).toMatch(/host 1 has seen host 0[\s\S]*clean$/m);
});
