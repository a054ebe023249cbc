import { afterAll, beforeAll, expect, test } from 'vitest';
import { suiteScripts } from '../../../src/checks/daxfs/suite.ts';
import type { RaisedHosts } from '../../../src/fabric/raise.ts';
import { buildRoot } from '../../../src/guest/root/root.ts';
import { endClusters, testCluster } from '../fabric/test-cluster.ts';

// The kernel of a host with one CPU takes the LOCK prefixes out of its own atomic operations.
let cluster: RaisedHosts;

beforeAll(async () => {
  const { image } = await buildRoot(['daxfs']);
  cluster = await testCluster('shm', { host: { rootImage: image, cpus: 1 } });
  await cluster.hosts[0]?.must(['mkfs.daxfs', '--size', '64M', '/dev/dax0.0']);
});
afterAll(endClusters);

const everywhere = (script: string) =>
  Promise.all(
    cluster.hosts.map(async (host) =>
      (await host.must(['sh', '-ec', script], { timeoutMs: 240_000 })).stdout.toString(),
    ),
  );

test('what hosts with one CPU do to one directory at once comes out right', async () => {
  expect(await everywhere('nproc; dmesg | grep -c "SMP alternatives: switching to UP code"')).toEqual([
    '1\n1\n',
    '1\n1\n',
  ]);
  const outputs = await everywhere(
    'mount.daxfs /dev/dax0.0 /mnt/daxfs; mkdir -p /mnt/daxfs/race; zerohop-daxfs race /mnt/daxfs/race $HOST_INDEX $HOST_COUNT; umount /mnt/daxfs',
  );
  for (const output of outputs) expect(output.replaceAll(/^.*: ok\n/gm, '')).toBe('');
});

test.each(['posix', 'fsx', 'huge', 'shared', 'storm'] as const)(
  'a host with one CPU passes %s',
  async (name) => {
    const script = suiteScripts({ seeds: [1, 2], operations: 500, loops: 1, stormMs: 300, images: 1 })[name];
    const around = `mkdir -p /d /t; mount -t tmpfs tmpfs /t; mount.daxfs /dev/dax0.0 /d
      ${script}; rm -rf /d/w; umount /d /t; fsck.daxfs -n /dev/dax0.0`;
    const result = await cluster.hosts[0]?.must(['sh', '-ec', around], { timeoutMs: 240_000 });
    expect(result?.stdout.toString()).toContain('clean');
  },
);
