import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { cgroup, topologies } from '../../../src/workload/topology.ts';
import { hostOn, type TestHost } from './hosts.ts';

let at: TestHost;
beforeAll(async () => {
  at = await hostOn('patched', ['netperf', 'pingpong']);
}, 60 * 60_000);
afterAll(() => at?.[Symbol.asyncDispose]());

const must = async (argv: readonly string[]) =>
  (await at.host.must(argv, { timeoutMs: 240_000 })).stdout.toString();
const counters = async () =>
  z.record(z.string(), z.number()).parse(JSON.parse(await must(['onecopyctl', 'status', '--json'])));

const joined = ['sh', '-c', `echo $$ > ${cgroup}/cgroup.procs && exec "$@"`, 'join'];
const pingpong = ['zerohop-pingpong', '--variant', 'tcp', '--seconds', '0.05', '--json'];
const container = [
  ...['--connect', topologies.container.serverAddress],
  ...['--client-netns', topologies.container.clientNetns],
  ...['--server-netns', topologies.container.serverNetns],
];
/** Beside the transactions that it counts, pingpong verifies some messages and samples the latency of others. */
const uncounted = 64 + 2000;

test.each([
  ['loopback', 1, []],
  ['loopback', 1024, []],
  ['loopback', 65_536, []],
  ['loopback', 200_000, []],
  ['container', 1024, container],
] as const)('one copy carries whole messages: %s, %i bytes', async (_name, size, where) => {
  await must(['onecopyctl', 'enable', '--cgroup', cgroup]);
  try {
    const before = await counters();
    const said = await must([...joined, ...pingpong, '--size', `${size}`, ...where]);
    const { transactions } = z.looseObject({ transactions: z.number() }).parse(JSON.parse(said));
    const after = await counters();
    const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
    const moved = (transactions + uncounted) * size * 2;
    expect(grown('copied_bytes') + grown('tcp_bytes')).toBe(moved);
    expect(grown('copied_bytes')).toBeGreaterThan(0.9 * moved);
    expect(after).toMatchObject({ paired_sockets: 1, waiting_sockets: 1, refused_sockets: 0 });
  } finally {
    await must(['onecopyctl', 'disable']);
  }
});
