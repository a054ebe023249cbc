import { defaultSchedule, type MemoryBehaviour, type Schedule } from '../../fabric/lockstep.ts';
import type { Played, PlayRequest } from '../../fabric/play.ts';
import { endedWell, gravest, judge } from '../../guest/console/verdict.ts';
import { buildRoot } from '../../guest/root/root.ts';
import { type HostSpec, leastMemoryMb, plainHost } from '../../guest/spec.ts';
import { Failure } from '../../host/failure.ts';
import type { Progress } from '../../host/progress.ts';
import { failuresIn } from './failing.ts';

/** The server that could be lost does not exist: the memory is pages of this machine. */
export const roundFaults = ['kill', 'pause'] as const;

/** Rounds of a program, one a seed, each between two barriers of the scheduler (docs/lockstep.md). */
export interface RoundsRequest {
  hosts: number;
  seeds: { first: number; last: number };
  /** The seed is each round's own. */
  order: Omit<Schedule, 'seed'>;
  memory: MemoryBehaviour;
  /** One host suffers it, which one and when is drawn from the seed. */
  faults?: (typeof roundFaults)[number] | undefined;
  /** Takes --seeds, --quantum and --distribution, and --faults if there are any. */
  program: readonly string[];
  kernelImage: string;
  logDir: string;
}

const sizeBytes = 64 * 2 ** 20;

/**
 * Boots and plays them. Hosts that boot in the same way and play the same rounds do the same, to the instruction:
 * a seed's round is repeated by playing from the first seed on.
 */
export async function playOf(request: RoundsRequest, progress: Progress): Promise<PlayRequest> {
  const { hosts, memory, kernelImage, logDir } = request;
  const { image: rootImage } = await buildRoot([], { progress });
  const specs = Array.from(
    { length: hosts },
    (_, index): HostSpec => ({
      ...plainHost,
      ...{ name: `h${index}`, clock: 'virtual', cpus: 1, memoryMb: leastMemoryMb, seed: index + 1 },
      ...{ kernelImage, rootImage, logDir: `${logDir}/h${index}` },
    }),
  );
  const lockstep = { schedule: defaultSchedule, memory };
  return { specs, sizeBytes, lockstep, commandsOf: () => [commandOf(request)] };
}

function commandOf({ program, seeds: { first, last }, order, faults }: RoundsRequest): string {
  const { quantumNs, distribution } = order;
  const words = [...program, '--seeds', `${first}:${last}`, '--quantum', `${quantumNs}`];
  return [...words, '--distribution', distribution, ...(faults === undefined ? [] : ['--faults', faults])]
    .map(quoted)
    .join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Throws if a kernel complained, or a program ended otherwise than by what it found, or did not play all rounds. */
export async function demandGoodEnds(
  { specs }: PlayRequest,
  { outputs, turns }: Pick<Played, 'outputs' | 'turns'>,
  { seeds: { first, last }, logDir }: Pick<RoundsRequest, 'seeds' | 'logDir'>,
): Promise<void> {
  const facts = { log: logDir, next: 'docs/lockstep.md says what a program must do' };
  const verdict = gravest(await Promise.all(specs.map((spec) => judge(spec, endedWell))));
  if (verdict?.outcome === 'failed') throw verdict.failure;
  for (const [index, text] of outputs.entries()) {
    const status = /^status (\d+)$/m.exec(text)?.[1];
    if (status === '0' || (status === '1' && failuresIn(text).length > 0)) continue;
    const ended = status === undefined ? 'did not end' : `ended with ${status}`;
    const said = text.split('\n').filter((line) => !/^(\{|status )/.test(line) && line !== '');
    const named = status === '1' ? 'named no seed that failed' : 'it said nothing';
    throw new Failure('infra', `h${index}: the program ${ended}: ${said.join('; ') || named}`, facts);
  }
  const wanted = last - first + 1;
  if (turns.rounds < wanted)
    throw new Failure('infra', `Expected ${wanted} barriers or more, got ${turns.rounds}`, facts);
}
