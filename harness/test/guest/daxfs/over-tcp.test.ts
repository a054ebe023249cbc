import { afterAll, expect, test } from 'vitest';
import { buildRoot } from '../../../src/guest/root/root.ts';
import { endClusters, testCluster } from '../fabric/test-cluster.ts';

afterAll(endClusters);

// A load or store of memory behind a server takes its time, so this is less than daxfs-demo.
test('hosts see each other through a server', async () => {
  const { image } = await buildRoot(['daxfs']);
  const { hosts } = await testCluster('tcp', { host: { rootImage: image } });
  const [first] = hosts;
  const everywhere = (script: string) =>
    Promise.all(hosts.map((host) => host.must(['sh', '-ec', script], { timeoutMs: 240_000 })));
  await first?.must(['mkfs.daxfs', '--size', '2M', '/dev/dax0.0']);
  await everywhere('mkdir -p /d; mount.daxfs /dev/dax0.0 /d; seq $((HOST_INDEX + 1)) 2000 > /d/$HOST_INDEX');
  const outputs = await everywhere(
    'for h in 0 1; do seq $((h + 1)) 2000 | cmp - /d/$h; zerohop-daxfs mapped /d/$h | cmp - /d/$h; done; ls /d; umount /d',
  );
  expect(outputs.map(({ stdout }) => stdout.toString())).toEqual(['0\n1\n', '0\n1\n']);
  const check = await first?.must(['fsck.daxfs', '-n', '/dev/dax0.0']);
  expect(check?.stdout.toString()).toContain('clean');
});
