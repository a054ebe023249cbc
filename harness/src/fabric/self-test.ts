import { z } from 'zod';
import type { Host } from '../guest/host.ts';
import type { RunResult } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import type { RaisedHosts } from './raise.ts';

/** zerohop-cas's line. */
export const countSchema = z.object({
  host: z.int(),
  hosts: z.int(),
  op: z.enum(['cas', 'add', 'lock', 'slots', 'kinds']),
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
  /** Only for `kinds`: the sizes and kinds of access that were not whole between hosts, and how often. */
  wrong: z.record(z.string(), z.int()).optional(),
});
export type Count = z.infer<typeof countSchema>;

/**
 * Believes a fabric only after hosts have counted on it together, with every size and kind of access that it keeps
 * whole, until each has found the others' traces often enough: what is not atomic loses updates at one such meeting
 * in five to ten, whether the hosts run at the same time or in turns. Refuses a fabric that loses updates or whose
 * locks stick. Hosts that are told so (HOST_INDEX, HOST_COUNT) count with those of other machines. It writes behind
 * the memory that was asked for.
 */
export async function selfTest({ fabric, hosts, memories }: RaisedHosts): Promise<Count[]> {
  // There an atomic is one of a host's own copy.
  if (fabric.lockstep?.isCoherent === false) return [];
  if (hosts.length < 2 && Number(hosts[0]?.spec.env['HOST_COUNT'] ?? 1) < 2) return [];
  const place = ['--device', '/dev/fabric-test'];
  if (memories[0]?.path === 'ivshmem') place.push('--offset', `${fabric.sizeBytes}`);
  if (!fabric.wholeWhereStockSplits) place.push('--stock');
  const counts: Count[] = [];
  for (const round of fabric.type.selfTest) counts.push(...(await count(hosts, [...round, ...place])));
  return counts;
}

/** Updates that the hosts made together, none of which was lost. */
export function testedUpdates(counts: readonly Count[]): number {
  return counts
    .filter(({ host }) => host === counts[0]?.host)
    .reduce((sum, { total_acknowledged }) => sum + total_acknowledged, 0);
}

async function count(hosts: readonly Host[], round: string[]): Promise<Count[]> {
  const argv = ['zerohop-cas', '--json', ...round];
  const results = await Promise.all(hosts.map((host) => host.run(argv, { timeoutMs: 300_000 })));
  const [, op = ''] = round;
  return believable(results, op, hosts[0]?.consoleLog ?? '');
}

/** The hosts' counts, if none of the updates was lost and the hosts met often enough. */
export function believable(results: readonly Ended[], op: string, log: string): Count[] {
  const counts = results.map((result, index) => countOf(result, `h${index}`, log));
  const wrong = Object.assign({}, ...counts.map((own) => own.wrong)) as Record<string, number>;
  const [kind, times] = Object.entries(wrong)[0] ?? [];
  if (kind !== undefined)
    throw refusal(`${Object.keys(wrong).join(', ')} went wrong, ${kind} ${times} times`);
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

type Ended = Pick<RunResult, 'status' | 'stdout' | 'stderr'>;

function countOf({ status, stdout, stderr }: Ended, name: string, log: string): Count {
  const line = stdout.toString().trim();
  if (line !== '') return countSchema.parse(JSON.parse(line));
  throw new Failure(
    'infra',
    `${name}: the fabric's self-test ended with ${status}: ${stderr.toString().trim()}`,
    { log },
  );
}

function refusal(what: string): Failure {
  return new Failure('infra', `atomics are not atomic between these hosts: ${what}`, {
    next: 'hosts need two possible vCPUs each (maxcpus=2), no icount, and a QEMU whose CXL window is memory; see docs/fabric.md',
  });
}
