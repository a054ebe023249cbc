import type { Experiment } from '../experiment/experiment.ts';
import { commitsBetween } from '../host/commit.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { deriveSeed } from '../measure/random.ts';
import type { RegressionRecord } from '../store/regressions.ts';
import type { Night } from './night.ts';
import { isLost } from './proof.ts';

/** An estimate for two cores: 20 for a kernel, and the rest for one A/B of one cell. */
const minutesAStep = 25;

/** The commit of a confirmed loss, among those of its range that change the kernel; null if it cannot be told tonight. */
export async function findCulprit(
  { id, lastGood, firstBad, cells }: RegressionRecord,
  { experiment, floor, night }: { experiment: Experiment; floor: number; night: Night },
  context: Context,
): Promise<string | null> {
  const commits = await commitsBetween(lastGood, firstBad, 'kernel-patches');
  const isBad = async (commit: string) => {
    if (night.minutesLeft() < minutesAStep) throw new Failure('timeout', 'the budget is spent');
    const seed = deriveSeed(night.seed, `${id} ${commit}`);
    const asked = { experiment, good: lastGood, bad: commit, cells: cells.slice(0, 1), seed, explain: false };
    return isLost(asked, floor, context);
  };
  try {
    return (await firstBadOf(commits, isBad)) ?? null;
  } catch (error) {
    if (context.signal.aborted || !(error instanceof Failure)) throw error;
    context.progress({ what: `no commit was found: ${error.message}` });
    return null;
  }
}

/** The first bad item of a list whose last one is bad, by as few questions as possible. */
export async function firstBadOf<T>(
  items: readonly T[],
  isBad: (item: T) => Promise<boolean>,
): Promise<T | undefined> {
  if (items.length < 2) return items[0];
  const middle = Math.ceil(items.length / 2) - 1;
  const inFirstHalf = await isBad(items[middle] as T);
  return firstBadOf(inFirstHalf ? items.slice(0, middle + 1) : items.slice(middle + 1), isBad);
}
