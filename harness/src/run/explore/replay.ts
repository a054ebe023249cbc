import { play } from '../../fabric/play.ts';
import type { Context } from '../../host/context.ts';
import { Failure } from '../../host/failure.ts';
import { columns } from './columns.ts';
import { type FailingSeed, failuresIn } from './failing.ts';
import { watchForHang } from './hang.ts';
import { roundPage } from './page.ts';
import { nameAll } from './places.ts';
import { playOf, type RoundsRequest } from './rounds.ts';
import { roundOf, type TraceLine } from './trace.ts';

export interface Replay {
  lines: readonly TraceLine[];
  /** The round with the names of its places, as text and as a page. */
  text: string;
  page: string;
  /** Equal for equal rounds: of every turn's host, clock and registers. */
  hash: string;
  /** As the program said; undefined where the seed did not fail, or its round does not end. */
  failure: FailingSeed | undefined;
  /** Only the beginning of the round is here. */
  isEndless: boolean;
}

/** So many are shown of a round without an end. */
const shownTurns = 10_000;

/** Whether the program has said what it found: its lines leave the host long after the round. */
const told = (seed: number, output: string) => failuresIn(output).some((one) => one.seed >= seed);

/** Plays a sweep from its first seed to this one, which then does what it did in the sweep, and traces it. */
export async function replay(
  request: RoundsRequest & { vmlinux: string | undefined },
  seed: number,
  { progress, signal }: Context,
): Promise<Replay> {
  const hangs = watchForHang();
  let isHung = false;
  const { outputs, traces, turns } = await play(
    {
      ...(await playOf(request, progress)),
      traceSeed: seed,
      onTurns: (now, said) => {
        progress({ what: now.rounds === 0 ? 'boot of the hosts' : 'replay' });
        isHung = hangs(now);
        return isHung || (now.seed > seed + 1 && told(seed, said()));
      },
    },
    { progress, signal },
  );
  const round = roundOf(seed, traces);
  const isEndless = isHung && turns.rounds === round[0]?.round;
  const lines = isEndless ? round.filter(({ turn }) => turn <= shownTurns) : round;
  const hash = lines.at(-1)?.hash;
  if (hash === undefined)
    throw new Failure('infra', `no round of seed ${seed} was played`, { log: request.logDir });
  const name = await nameAll(
    lines.map(({ address }) => address),
    request.program[0] ?? '',
    request.vmlinux,
  );
  const failure = outputs.flatMap(failuresIn).find((one) => one.seed === seed);
  const title = `${request.program.join(' ')}, seed ${seed}`;
  const page = roundPage(lines, request.hosts, name, title);
  return { lines, text: columns(lines, request.hosts, name), page, hash, failure, isEndless };
}
