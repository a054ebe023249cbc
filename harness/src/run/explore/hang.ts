import type { Turns } from '../../fabric/lockstep.ts';

/** A round mostly takes less than a millisecond of real time, and a right one less than 10 of the virtual clock. */
const longest = { ms: 60_000, ns: 20e6 };

/** On the virtual clock, from power-on to the first barrier. A boot takes 2 s. */
const longestStartNs = 15e9;

/**
 * Tells by what the scheduler knows, again and again, whether the hosts will not come to a barrier. The virtual clock
 * has to move on meanwhile: a machine that is slow, or a host that is stopped, is no failure of the program.
 */
export function watchForHang(): (turns: Turns) => boolean {
  let begin = { rounds: 0, ms: Date.now(), ns: 0 };
  return ({ rounds, ns }) => {
    if (rounds === 0) return ns > longestStartNs;
    if (rounds !== begin.rounds) begin = { rounds, ms: Date.now(), ns };
    return Date.now() - begin.ms > longest.ms && ns - begin.ns > longest.ns;
  };
}
