import { readdir } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { inject } from '../../../src/checks/fabric/fault.ts';
import { startFabric } from '../../../src/fabric/fabrics.ts';
import type { RaisedHosts } from '../../../src/fabric/raise.ts';
import { countSchema, selfTest } from '../../../src/fabric/self-test.ts';
import type { Host } from '../../../src/guest/host.ts';
import { endClusters, sizes, testCluster } from './test-cluster.ts';

afterEach(endClusters);

async function counts(hosts: readonly Host[], ...args: string[]) {
  const runs = hosts.map((host) => host.run(['zerohop-cas', '--json', ...args], { timeoutMs: 90_000 }));
  const results = await Promise.all(runs);
  return results.map(({ status, stdout }) => ({ status, ...countSchema.parse(JSON.parse(`${stdout}`)) }));
}

describe.each(['shm', 'tcp'] as const)('two hosts on %s', (kind) => {
  const ops = kind === 'shm' ? '1000000' : '5000';

  test('count together and lose nothing', async () => {
    const cluster = await testCluster(kind);
    const { hosts, memories } = cluster;
    for (const memory of memories)
      expect(memory).toMatchObject({
        path: 'cxl',
        device: '/dev/dax0.0',
        bytes: sizes[kind],
        region: 'region0',
      });
    expect(await selfTest(cluster)).toHaveLength(4);
    for (const op of ['cas', 'add', 'slots'])
      for (const end of await counts(hosts, '--op', op, '--ops', ops))
        expect(end).toMatchObject({ status: 0, lost: 0, gave_up: false, final: 2 * Number(ops) });
  });
});

test('hosts killed in mid-operation take no other with them, and their server takes all', async () => {
  const cluster = await testCluster('tcp', { hosts: 3 });
  const survivor = cluster.hosts[2] as Host;
  for (const [host, when] of (['before', 'after'] as const).entries()) {
    const victim = cluster.hosts[host] as Host;
    const lost = victim.run(['zerohop-cas', '--ops', '100000', '--host', '0', '--hosts', '1']);
    lost.catch(() => {});
    await inject(cluster, { kind: 'kill-host-at', host, operation: 200, when });
    await expect(lost).rejects.toThrow('was stopped');
    expect(await stateOf(cluster, host)).toEqual({ connected: false, inFlight: true });
  }
  const waiting = await survivor.run(['zerohop-cas', '--seconds', '2']);
  expect(waiting).toMatchObject({ status: 3 });
  expect(waiting.stderr.toString()).toContain('the other hosts did not come within 2 s');
  const alone = await survivor.run(['zerohop-cas', '--ops', '2000', '--host', '0', '--hosts', '1']);
  expect(alone.status).toBe(0);

  const last = survivor.run(['zerohop-cas', '--ops', '1000000', '--host', '0', '--hosts', '1']);
  last.catch(() => {});
  await inject(cluster, { kind: 'kill-server' });
  await expect(last).rejects.toThrow(/fabric server \S+ is lost.*this machine ends/);
});

async function stateOf({ fabric }: RaisedHosts, host: number) {
  const gone = await fabric.server?.next((event) => event.event === 'gone' && event.host === host);
  const known = (await fabric.server?.statistics())?.find((one) => one.host === host);
  return {
    connected: known?.connected,
    inFlight: gone?.event?.event === 'gone' ? gone.event.in_flight : undefined,
  };
}

test('shared memory has no name that could stay', async () => {
  const before = await readdir('/dev/shm');
  const fabric = await startFabric({ kind: 'shm', sizeBytes: sizes.shm });
  expect(await readdir('/dev/shm')).toEqual(before);
  await fabric[Symbol.asyncDispose]();
});
