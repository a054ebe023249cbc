import { play } from '../../fabric/play.ts';
import type { Context } from '../../host/context.ts';
import { type FailingSeed, failingSeeds } from './failing.ts';
import { watchForHang } from './hang.ts';
import { demandGoodEnds, playOf, type RoundsRequest } from './rounds.ts';

export interface Sweep {
  /** With how much went wrong, and how many turns the hosts took. */
  failing: readonly FailingSeed[];
  /** A seed whose round did not end; later ones were not tried. */
  hung: number | undefined;
}

/** Plays every seed once, in one boot. */
export async function sweep(request: RoundsRequest, { progress, signal }: Context): Promise<Sweep> {
  const { first, last } = request.seeds;
  const hangs = watchForHang();
  let hung: number | undefined;
  const rounds = await playOf(request, progress);
  const played = await play(
    {
      ...rounds,
      onTurns: (turns) => {
        if (turns.rounds === 0) progress({ what: 'boot of the hosts' });
        else progress({ what: 'sweep', done: turns.seed - first, of: last - first + 1 });
        if (hangs(turns)) hung = turns.seed;
        return hung !== undefined;
      },
    },
    { progress, signal },
  );
  if (hung === undefined || played.turns.rounds === 0) await demandGoodEnds(rounds, played, request);
  return { failing: failingSeeds(played.outputs), hung };
}
