import { afterAll, beforeAll, expect, test } from 'vitest';
import { suiteScripts } from '../../../src/checks/daxfs/suite.ts';
import { startFabric } from '../../../src/fabric/fabrics.ts';
import { onFabric, type RaisedHosts, raiseOn } from '../../../src/fabric/raise.ts';
import { buildRoot } from '../../../src/guest/root/root.ts';
import { cleanUpLater, endClusters, sizes, specsOf } from '../fabric/test-cluster.ts';

let cluster: RaisedHosts;

// A kernel with one CPU takes the LOCK prefixes out of itself. Hosts of a fabric are told not to; these are not told.
beforeAll(async () => {
  const { image } = await buildRoot(['daxfs']);
  const specs = await specsOf(2, { rootImage: image, cpus: 1 });
  const fabric = await startFabric({ kind: 'shm', sizeBytes: sizes.shm });
  const patched = onFabric(fabric, specs).map((spec) => ({
    ...spec,
    append: spec.append.filter((option) => option !== 'noreplace-smp'),
  }));
  cluster = await raiseOn(fabric, patched);
  cleanUpLater(async () => cluster[Symbol.asyncDispose]());
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
  expect(await everywhere('nproc; grep -c noreplace-smp /proc/cmdline || true')).toEqual([
    '1\n0\n',
    '1\n0\n',
  ]);
  const outputs = await everywhere(
    'mkdir -p /mnt/daxfs; mount.daxfs /dev/dax0.0 /mnt/daxfs; mkdir -p /mnt/daxfs/race; zerohop-daxfs race /mnt/daxfs/race $HOST_INDEX $HOST_COUNT; umount /mnt/daxfs',
  );
  for (const output of outputs) expect(output.replaceAll(/^.*: ok\n/gm, '')).toBe('');
});

test.each(['posix', 'fsx', 'huge', 'shared', 'storm'] as const)(
  'a host with one CPU passes %s',
  async (name) => {
    const script = suiteScripts({ seeds: [1, 2], operations: 500, loops: 1, stormMs: 300, images: 1 })[name];
    // Names and files of others would lie between the 2 MiB that `huge` maps.
    const around = `mkfs.daxfs --force --size 64M /dev/dax0.0; mkdir -p /d /t; mount -t tmpfs tmpfs /t; mount.daxfs /dev/dax0.0 /d
      ${script}; rm -rf /d/w; umount /d /t; fsck.daxfs -n /dev/dax0.0`;
    const result = await cluster.hosts[0]?.must(['sh', '-ec', around], { timeoutMs: 240_000 });
    expect(result?.stdout.toString()).toContain('clean');
  },
);
