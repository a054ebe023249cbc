import { z } from 'zod';
import type { Host } from '../guest/host.ts';
import type { RunResult } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import type { FabricKind } from './fabric.ts';

/** zerohop-cas's line. */
export const countSchema = z.object({
  host: z.int(),
  hosts: z.int(),
  op: z.enum(['cas', 'add', 'lock', 'slots']),
  words: z.int(),
  ops: z.int(),
  acknowledged: z.int(),
  attempts: z.int(),
  contended: z.int(),
  gave_up: z.boolean(),
  seconds: z.number(),
  latency_ns_p50: z.int(),
  latency_ns_p99: z.int(),
  total_acknowledged: z.int(),
  final: z.int(),
  lost: z.int(),
});
export type Count = z.infer<typeof countSchema>;

/**
 * The hosts go on until each has found the others' traces so often. What is not atomic loses updates at one such
 * meeting in five to ten, whether the hosts run at the same time or in turns.
 */
const rounds: Readonly<Record<FabricKind, readonly string[][]>> = {
  shm: [
    ['--op', 'add', '--ops', '200000', '--contended', '100', '--seconds', '60'],
    ['--op', 'lock', '--ops', '20000', '--contended', '20', '--seconds', '15'],
  ],
  tcp: [
    ['--op', 'add', '--ops', '1000', '--contended', '100', '--seconds', '120'],
    ['--op', 'lock', '--ops', '200', '--contended', '20', '--seconds', '60'],
  ],
};

/**
 * Believes a fabric only after hosts have counted on it together. Refuses one that loses updates or whose locks stick.
 * Hosts that are told so (HOST_INDEX, HOST_COUNT) count with those of other machines.
 */
export async function selfTest(kind: FabricKind, hosts: readonly Host[]): Promise<Count[]> {
  if (hosts.length < 2 && Number(hosts[0]?.spec.env['HOST_COUNT'] ?? 1) < 2) return [];
  const counts: Count[] = [];
  for (const round of rounds[kind]) counts.push(...(await count(hosts, round)));
  return counts;
}

async function count(hosts: readonly Host[], round: string[]): Promise<Count[]> {
  const argv = ['zerohop-cas', '--json', ...round];
  const env = (index: number) => ({
    HOST_INDEX: `${index}`,
    HOST_COUNT: `${hosts.length}`,
    ...(hosts[index] as Host).spec.env,
  });
  const results = await Promise.all(
    hosts.map((host, index) => host.run(argv, { env: env(index), timeoutMs: 300_000 })),
  );
  const [, op = ''] = round;
  const counts = results.map((result, index) => countOf(result, hosts[index] as Host));
  const worst = Math.max(...counts.map(({ lost }) => Math.abs(lost)));
  if (worst > 0) throw refusal(`${worst} of ${counts[0]?.total_acknowledged} updates (${op}) were lost`);
  const stopped = counts.filter(({ gave_up }) => gave_up);
  if (stopped.length === 0) return counts;
  const stuck = stopped.find(({ acknowledged, ops }) => acknowledged < ops);
  if (stuck !== undefined)
    throw refusal(`host ${stuck.host} did ${stuck.acknowledged} of ${stuck.ops} (${op}), then no more`);
  const least = Math.min(...stopped.map(({ contended }) => contended));
  throw new Failure('infra', `the hosts met only ${least} times (${op}): too few for a verdict`, {
    next: 'this machine is too busy for them to run at once; try again when it is quieter',
  });
}

function countOf({ status, stdout, stderr }: RunResult, host: Host): Count {
  const line = stdout.toString().trim();
  if (line !== '') return countSchema.parse(JSON.parse(line));
  throw new Failure(
    'infra',
    `${host.name}: the fabric's self-test ended with ${status}: ${stderr.toString().trim()}`,
    {
      log: host.consoleLog,
    },
  );
}

function refusal(what: string): Failure {
  return new Failure('infra', `atomics are not atomic between these hosts: ${what}`, {
    next: 'hosts need two possible vCPUs each (maxcpus=2), no icount, and a QEMU whose CXL window is memory; see docs/fabric.md',
  });
}
