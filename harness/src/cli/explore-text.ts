import type { Replay } from '../run/explore/replay.ts';
import type { RoundsRequest } from '../run/explore/rounds.ts';
import { type Sweep, shortest } from '../run/explore/sweep.ts';
import type { Arguments } from './arguments.ts';

export interface ExploreText {
  text: string;
  failed: boolean;
}

/** `replay` is the command that replays a seed. */
export function sweepText(
  { failing, hung }: Sweep,
  { seeds: { first, last } }: Pick<RoundsRequest, 'seeds'>,
  replay: (seed: number) => string,
): ExploreText {
  const tried = (hung ?? last) - first + 1;
  const lines = failing.map(({ seed, wrong, turns }) => `seed ${seed}: ${wrong} wrong, ${turns} turns`);
  if (hung !== undefined) lines.push(`seed ${hung}: the round does not end; later seeds were not played`);
  const best = shortest(failing);
  lines.push(
    best === undefined
      ? `${failing.length + (hung === undefined ? 0 : 1)} of ${tried} seeds failed`
      : `${failing.length} of ${tried} seeds failed; seed ${best.seed} has the fewest turns, ${best.turns}`,
  );
  const chosen = best?.seed ?? hung;
  if (chosen !== undefined) lines.push(`replay it: ${replay(chosen)}`);
  return { text: `${lines.join('\n')}\n`, failed: chosen !== undefined };
}

export function replayText({ text, hash, failure }: Replay, seed: number): ExploreText {
  const end =
    failure === undefined
      ? `seed ${seed} did not fail`
      : `seed ${seed}: ${failure.wrong} wrong, ${failure.turns} turns`;
  return { text: `${text}\n${end}; hash ${hash}\n`, failed: failure !== undefined };
}

export function replayCommand({ given, command = [] }: Arguments<'explore'>): (seed: number) => string {
  return (seed) =>
    [
      'npm run explore --',
      ...given.flatMap(({ name, text }) => [`--${name}`, ...(text === undefined ? [] : [quoted(text)])]),
      `--replay ${seed} --`,
      ...command.map(quoted),
    ].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
