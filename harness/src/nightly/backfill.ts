import type { Experiment } from '../experiment/experiment.ts';
import { commitsBetween, dateOf, readCommit } from '../host/commit.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { deriveSeed } from '../measure/random.ts';
import { appendHistory, demandCleanTree } from '../store/history.ts';
import { readManifest } from '../store/read-run.ts';
import { measureBaseline } from './baseline.ts';
import type { Night } from './night.ts';

/** `--backfill A..B`: the commits after A, up to B. */
export interface CommitRange {
  after: string;
  upTo: string;
}

/** Measures older commits' kernels on today's testbed, so that its history begins before today. Returns a line each. */
export async function backfill(
  experiments: readonly Experiment[],
  { after, upTo }: CommitRange,
  steps: number | undefined,
  night: Night,
  context: Context,
): Promise<string[]> {
  demandCleanTree(await readCommit());
  const all = await commitsBetween(after, upTo);
  if (all.length === 0)
    throw new Failure('usage', `Expected commits in ${after}..${upTo}, got none.`, {
      next: `git log --oneline ${after}..${upTo} shows what a range has`,
    });
  const lines: string[] = [];
  for (const commit of atDistances(all, steps ?? all.length)) {
    for (const experiment of experiments) {
      const seed = deriveSeed(night.seed, commit);
      const kernels = experiment.kernels.map(({ name }) => ({ name, spec: `commit:${commit}` }));
      const { dir, summary } = await measureBaseline(experiment, { ...night, seed }, context, kernels);
      const at = await dateOf(commit);
      await appendHistory(await readManifest(dir), summary, undefined, { commit, at });
      lines.push(
        `${experiment.name} ${commit.slice(0, 10)} of ${at.slice(0, 10)}: ${summary.cells.length} cells`,
      );
    }
  }
  return lines;
}

/** `count` items at equal distances, the first and the last among them. */
export function atDistances<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  if (count === 1) return items.slice(0, 1);
  return Array.from(
    { length: count },
    (_, place) => items[Math.round((place * (items.length - 1)) / (count - 1))] as T,
  );
}
