import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inject } from '../../../src/checks/fabric/fault.ts';
import { type LitmusResult, litmus, litmusTable } from '../../../src/checks/fabric/litmus.ts';
import { type LitmusTest, litmusTests, mustBeSeen } from '../../../src/checks/fabric/memory-model.ts';
import { fabricType } from '../../../src/fabric/fabrics.ts';
import type { RaisedHosts } from '../../../src/fabric/raise.ts';
import { endClusters, testCluster } from './test-cluster.ts';

/** The nightly part `fabric` runs the same for longer. */
const plans = {
  shm: { rounds: 20_000, seconds: 3 },
  tcp: { rounds: 1000, seconds: 3 },
} as const;

/** Seen only while the hosts really run at once, which other work on this machine may keep them from for a while. */
const patientSeconds = 60;

const results: LitmusResult[] = [];

describe.each(['shm', 'tcp'] as const)('on %s', (kind) => {
  let cluster: RaisedHosts;

  beforeAll(async () => {
    cluster = await testCluster(kind);
  });

  afterAll(async () => {
    process.stdout.write(`${litmusTable(results.splice(0))}\n`);
    await endClusters();
  });

  test.each(litmusTests)('%s: nothing that the memory model forbids', async (name) => {
    const seconds =
      mustBeSeen(fabricType(kind).memoryOrder, name) === undefined ? plans[kind].seconds : patientSeconds;
    const result = await litmus(kind, cluster.hosts, name, { ...plans[kind], seconds });
    results.push(result);
    expect(result).toMatchObject({ forbidden: 0, void: undefined, complete: true });
    expect(result.rounds).toBeGreaterThan(0);
  });

  test('sb-fence and mp while hosts are paused', async () => {
    for (const name of ['sb-fence', 'mp'] as const) {
      const running = litmus(kind, cluster.hosts, name, { rounds: 1_000_000, seconds: 3 });
      for (const host of [0, 1, 0, 1]) {
        await inject(cluster, { kind: 'pause-host', host, forMs: 200 });
        await sleep(200);
      }
      expect(await running).toMatchObject({ forbidden: 0, complete: true });
    }
  });

  if (kind === 'tcp') throughAServer(() => cluster);
});

function throughAServer(cluster: () => RaisedHosts): void {
  test.each<LitmusTest>(['mp', 'sb', 'lb'])('%s, one host farther away than the other', async (name) => {
    await cluster().fabric.server?.delay(1, 400_000);
    const result = await litmus('tcp', cluster().hosts, name, plans.tcp);
    await cluster().fabric.server?.delay(1, 0);
    expect(result).toMatchObject({ forbidden: 0, complete: true });
  });

  test('a host killed in mid-operation leaves a table of what was', async () => {
    const running = litmus('tcp', cluster().hosts, 'lb', { rounds: 1_000_000, seconds: 2 });
    await inject(cluster(), { kind: 'kill-host-at', host: 1, operation: 500, when: 'after' });
    const result = await running;
    expect(result).toMatchObject({ forbidden: 0, complete: false });
    expect(result.rounds).toBeGreaterThan(0);
  });
}
