import { z } from 'zod';
import { play } from '../../fabric/play.ts';
import type { Context } from '../../host/context.ts';
import { demandGoodEnds, playOf, type RoundsRequest, watchForHang } from './rounds.ts';

/** The program's line about a seed. */
const lineSchema = z.object({ seed: z.int(), wrong: z.int(), turns: z.int() });

export type FailingSeed = z.infer<typeof lineSchema>;

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
  const { outputs } = await play(
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
  if (hung === undefined) await demandGoodEnds(rounds, outputs, request.logDir);
  return { failing: outputs.flatMap(failuresIn), hung };
}

/** What a program said of seeds that went wrong. Where the play was ended, the last line may not be whole. */
export function failuresIn(output: string): FailingSeed[] {
  return output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{"seed":'))
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .filter(({ wrong }) => wrong > 0);
}

/** With the fewest turns: the easiest to understand. */
export function shortest(failing: readonly FailingSeed[]): FailingSeed | undefined {
  return [...failing].sort((a, b) => a.turns - b.turns || a.seed - b.seed)[0];
}
