import { afterEach, expect, test } from 'vitest';
import { selfTest } from '../../../src/fabric/self-test.ts';
import { Client } from '../../build/fabric/client.ts';
import { alteredServer } from './altered-server.ts';
import { cleanUpLater, endClusters, testCluster } from './test-cluster.ts';

afterEach(endClusters);

test('a memory server serves runs of different hosts, one after the other, and keeps what is in it', async () => {
  const server = await alteredServer();
  cleanUpLater(() => server[Symbol.asyncDispose]());
  const own = { address: 8192n, size: 8 } as const;
  await access(server.address, { op: 'store', ...own, operand: 42n });
  for (const hosts of [2, 3, 2]) {
    const cluster = await testCluster('tcp', { hosts, request: { address: server.address } });
    expect(await selfTest(cluster)).toHaveLength(2 * hosts);
    expect(await access(server.address, { op: 'load', ...own })).toBe(42n);
    const argv = ['zerohop-cas', '--op', 'add', '--ops', '200', '--seconds', '60'];
    for (const { status } of await Promise.all(cluster.hosts.map((host) => host.run(argv))))
      expect(status).toBe(0);
    await access(server.address, { op: 'store', ...own, operand: 42n });
    await cluster[Symbol.asyncDispose]();
  }
});

test('a first host that was stopped while it waited does not harm the next pair', async () => {
  const server = await alteredServer();
  cleanUpLater(() => server[Symbol.asyncDispose]());
  const request = { address: server.address };
  const alone = await testCluster('tcp', { hosts: 1, host: { env: { HOST_COUNT: '2' } }, request });
  const waiting = selfTest(alone);
  waiting.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await alone[Symbol.asyncDispose]();
  await expect(waiting).rejects.toThrow('was stopped');
  expect(await selfTest(await testCluster('tcp', { request }))).toHaveLength(4);
});

/** As a host of a number that no guest has here. */
async function access(address: string, what: Parameters<Client['access']>[0]): Promise<bigint> {
  const client = new Client(address);
  await client.hello(15);
  const { value } = await client.access(what);
  client.socket.destroy();
  return value;
}
