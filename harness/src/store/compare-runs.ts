import { clocks } from '../host/clock.ts';
import { subjectsBetween } from '../host/commit.ts';
import { Failure } from '../host/failure.ts';
import { type Between, betweenRuns } from '../measure/between.ts';
import type { Manifest } from './manifest.ts';
import { readManifest, readSamples, readSummary } from './read-run.ts';
import { runDifferences } from './run-differences.ts';
import type { Testbed } from './testbed.ts';

export interface ComparedRuns {
  before: Manifest;
  after: Manifest;
  cells: Between[];
  /** Notes about clocks that are left out because the two testbeds differ there. */
  leftOut: string[];
  /** Between the two runs: commits with their subjects, patches, configuration, packages. */
  differences: string[];
}

/** Compares two runs cell by cell. Clocks on which the testbeds differ are left out; throws if no clock is left. */
export async function compareRuns(beforeDir: string, afterDir: string): Promise<ComparedRuns> {
  const [before, after] = [await readManifest(beforeDir), await readManifest(afterDir)];
  if (before.experiment !== after.experiment) {
    throw new Failure('usage', `these are runs of ${before.experiment} and of ${after.experiment}`, {
      next: 'give two runs of one experiment',
    });
  }
  const cells = betweenRuns(await finished(beforeDir), await finished(afterDir));
  const same = clocks.filter((clock) => before.testbedId[clock] === after.testbedId[clock]);
  const kept = cells.filter(({ before: { params } }) => same.includes(params.clock));
  const clocksSeen = clocks.filter((clock) => cells.some(({ before: { params } }) => params.clock === clock));
  const differing = differences(before.testbed, after.testbed);
  if (kept.length === 0) {
    const why =
      cells.length === 0 ? 'they have no cell in common' : `their testbeds differ: ${differing.join('; ')}`;
    throw new Failure('usage', `${before.run} and ${after.run} cannot be compared: ${why}`, {
      next: 'compare inside one run instead: npm run experiment NAME -- --kernel a=... --kernel b=...',
    });
  }
  const leftOut = clocksSeen
    .filter((clock) => !same.includes(clock))
    .map((clock) => `the ${clock} clock is left out, as the testbeds differ: ${differing.join('; ')}`);
  return { before, after, cells: kept, leftOut, differences: await differencesOf(before, after) };
}

/** Commits that are named; a bisection finds the one that matters among more. */
const mostCommits = 20;

async function differencesOf(before: Manifest, after: Manifest): Promise<string[]> {
  const [a, b] = [before.zerohop.commit, after.zerohop.commit];
  return [
    ...runDifferences(before, after),
    ...commitLines('B', await subjectsBetween(a, b), a),
    ...commitLines('A', await subjectsBetween(b, a), b),
  ];
}

/** The commits that only one of the runs has, the newest first. */
export function commitLines(run: 'A' | 'B', subjects: readonly string[], since: string): string[] {
  const more = subjects.length - mostCommits;
  return [
    ...subjects.slice(0, mostCommits).map((subject) => `only ${run} has the commit ${subject}`),
    ...(more > 0 ? [`and ${more} older commits: git log ${since.slice(0, 12)}..`] : []),
  ];
}

async function finished(dir: string) {
  return { summary: await readSummary(dir), samples: await readSamples(dir) };
}

function differences(a: Testbed, b: Testbed): string[] {
  const keys = Object.keys(a) as (keyof Testbed)[];
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return keys
    .filter((key) => text(a[key]) !== text(b[key]))
    .map((key) => {
      if (key !== 'qemuFlags') return `${key} ${text(a[key])} and ${text(b[key])}`;
      const [ofA, ofB] = [wordsOf(a), wordsOf(b)];
      return `qemuFlags ${without(ofA, ofB)} and ${without(ofB, ofA)}`;
    });
}

const wordsOf = ({ qemuFlags }: Testbed) =>
  Array.isArray(qemuFlags) ? qemuFlags : [...qemuFlags.virtual, ...qemuFlags.wall];

const without = (words: readonly string[], others: readonly string[]) =>
  words.filter((word) => !others.includes(word)).join(' ') || 'without these';
