import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RaisedHosts } from '../../../src/fabric/raise.ts';
import { buildRoot } from '../../../src/guest/root/root.ts';
import { endClusters, testCluster } from '../fabric/test-cluster.ts';

let cluster: RaisedHosts;

beforeAll(async () => {
  const { image } = await buildRoot(['daxfs']);
  cluster = await testCluster('shm', { host: { rootImage: image } });
});
afterAll(endClusters);

/** The same on every host at once; what each prints. */
const everywhere = (...argv: string[]) =>
  Promise.all(
    cluster.hosts.map(async (host) => (await host.must(argv, { timeoutMs: 240_000 })).stdout.toString()),
  );

test('daxfs-demo: each host reads what the others wrote', async () => {
  const [first = ''] = await everywhere('daxfs-demo');
  expect(first).toContain('host 1 has seen host 0');
  expect(first).toMatch(/clean$/m);
});

test('what hosts do to one directory at once comes out right', async () => {
  // The demo has left names of its own.
  await everywhere('sh', '-ec', 'mount.daxfs /dev/dax0.0 /mnt/daxfs; mkdir -p /mnt/daxfs/race');
  const race = 'zerohop-daxfs race /mnt/daxfs/race $HOST_INDEX $HOST_COUNT';
  const outputs = await everywhere('sh', '-ec', race);
  for (const output of outputs) {
    expect(output.match(/: ok$/gm)?.length).toBeGreaterThanOrEqual(12);
    expect(output.replaceAll(/^.*: ok\n/gm, '')).toBe('');
  }
  await everywhere('umount', '/mnt/daxfs');
  const { stdout } = await (cluster.hosts[0] as (typeof cluster.hosts)[0]).must([
    'fsck.daxfs',
    '-n',
    '/dev/dax0.0',
  ]);
  expect(stdout.toString()).toContain('clean');
});
