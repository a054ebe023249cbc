import { shortest } from '../run/explore/failing.ts';
import type { Replay } from '../run/explore/replay.ts';
import type { RoundsRequest } from '../run/explore/rounds.ts';
import type { Sweep } from '../run/explore/sweep.ts';
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
  const fewest = best === undefined ? '' : `; seed ${best.seed} has the fewest turns, ${best.turns}`;
  lines.push(`${failing.length + (hung === undefined ? 0 : 1)} of ${tried} seeds failed${fewest}`);
  const chosen = best?.seed ?? hung;
  if (chosen !== undefined) lines.push(`replay it: ${replay(chosen)}`);
  return { text: `${lines.join('\n')}\n`, failed: chosen !== undefined };
}

export function replayText(replayed: Replay, seed: number): ExploreText {
  const { text, hash, failure, isEndless } = replayed;
  return {
    text: `${text}\n${endOf(seed, replayed)}; hash ${hash}\n`,
    failed: isEndless || failure !== undefined,
  };
}

function endOf(seed: number, { lines, failure, isEndless }: Replay): string {
  if (isEndless)
    return `seed ${seed}: the round does not end; these are its first ${lines.at(-1)?.turn} turns`;
  if (failure === undefined) return `seed ${seed} did not fail`;
  return `seed ${seed}: ${failure.wrong} wrong, ${failure.turns} turns`;
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
