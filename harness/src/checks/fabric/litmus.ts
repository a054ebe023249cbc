import { z } from 'zod';
import { fabricType } from '../../fabric/fabrics.ts';
import type { Host } from '../../guest/host.ts';
import { Failure } from '../../host/failure.ts';
import { allowedOutcomes, type LitmusTest, mustBeSeen } from './memory-model.ts';

/** zerohop-litmus's line: how often the parties saw what, each party's sight being one character. */
const lineSchema = z.object({
  test: z.string(),
  host: z.int(),
  hosts: z.int(),
  parties: z.int(),
  rounds: z.int(),
  /** Not broken off because a host was gone. */
  complete: z.boolean(),
  seconds: z.number(),
  outcomes: z.record(z.string(), z.int()),
});

export interface LitmusResult extends z.infer<typeof lineSchema> {
  test: LitmusTest;
  /** How many rounds ended as the fabric's memory model says that none does. */
  forbidden: number;
  /** Why the run says nothing, though nothing forbidden was seen. */
  void: string | undefined;
}

export interface LitmusPlan {
  rounds: number;
  seconds: number;
}

/** Runs one test on all hosts at once. Hosts that are lost meanwhile are left out; the others tell what was until then. */
export async function litmus(
  kind: string,
  hosts: readonly Host[],
  test: LitmusTest,
  { rounds, seconds }: LitmusPlan,
): Promise<LitmusResult> {
  const wanted = mustBeSeen(fabricType(kind).memoryOrder, test);
  const argv = ['zerohop-litmus', '--test', test, '--rounds', `${rounds}`, '--seconds', `${seconds}`];
  if (wanted !== undefined) argv.push('--until', wanted);
  const runs = hosts.map((host, index) => {
    const env = { HOST_INDEX: `${index}`, HOST_COUNT: `${hosts.length}` };
    return host.run(argv, { env, timeoutMs: (seconds + 90) * 1000 });
  });
  const ends = await Promise.allSettled(runs);
  const lines = ends.flatMap((end, index) => {
    if (end.status === 'rejected') return [];
    const line = end.value.stdout.toString().trim();
    if (line !== '') return [lineSchema.parse(JSON.parse(line))];
    if (end.value.status === 0) return [];
    const why = end.value.stderr.toString().trim();
    throw new Failure('infra', `h${index}: ${argv.join(' ')} ended with ${end.value.status}: ${why}`);
  });
  return verdict(kind, test, lines);
}

function verdict(kind: string, test: LitmusTest, lines: readonly z.infer<typeof lineSchema>[]): LitmusResult {
  const [first] = lines;
  if (first === undefined) throw new Failure('infra', `no host has told how ${test} ended`);
  const other = lines.find(
    ({ complete, outcomes }) => complete && JSON.stringify(outcomes) !== JSON.stringify(first.outcomes),
  );
  if (first.complete && other !== undefined)
    throw new Failure('infra', `h${first.host} and h${other.host} saw different tables of ${test}`);
  const order = fabricType(kind).memoryOrder;
  const allowed = allowedOutcomes(order, test, first.parties);
  const wanted = mustBeSeen(order, test);
  const forbidden = Object.entries(first.outcomes)
    .filter(([outcome]) => !allowed.has(outcome))
    .reduce((sum, [, times]) => sum + times, 0);
  const blind = first.complete && wanted !== undefined && first.outcomes[wanted] === undefined;
  return {
    ...{ ...first, test, forbidden },
    void: blind
      ? `${wanted} was never seen in ${first.rounds} rounds: the hosts hardly ran at once`
      : undefined,
  };
}

/** One line a test, the most frequent outcome first. */
export function litmusTable(results: readonly LitmusResult[]): string {
  return results
    .map(({ test, rounds, outcomes, forbidden, void: why }) => {
      const seen = Object.entries(outcomes)
        .sort(([, a], [, b]) => b - a)
        .map(([outcome, times]) => `${outcome} ${times}`);
      const end = forbidden > 0 ? `FORBIDDEN ${forbidden}` : (why ?? 'forbidden 0');
      return `${test.padEnd(10)} ${`${rounds}`.padStart(8)} rounds  ${end}  ${seen.join(' | ')}`;
    })
    .join('\n');
}
