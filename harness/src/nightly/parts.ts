import type { PartResult } from '../checks/part-result.ts';
import type { Context } from '../host/context.ts';
import { experimentNamed } from './experiment-named.ts';
import type { Night } from './night.ts';

/** A check that is too slow or too wide for `npm test`. */
export interface Part {
  part: string;
  about: string;
  /** Approximate duration on two cores with a warm cache. */
  minutes: number;
  /** Must run alone: it measures the wall clock, or needs vCPUs that really run at the same time. */
  alone: boolean;
  /** Loads the part's code and runs it; listing the parts loads nothing. */
  run: (context: Context, night: Night) => Promise<PartResult>;
  /** The experiment whose history it continues. */
  follows?: string;
}

const follow = (name: string) => async (context: Context, night: Night) => {
  const { baseline } = await import('./baseline.ts');
  return baseline(await experimentNamed(name), night, context);
};

/** The most valuable first: a budget is spent in this order. */
export const parts = [
  {
    part: 'baseline',
    about: 'netperf on the virtual clock with A/A twins: history, noise floors, losses proved by A/B',
    minutes: 30,
    alone: false,
    follows: 'netperf',
    run: follow('netperf'),
  },
  {
    part: 'baseline-metadata',
    about: 'operations on names over DaxFS and its like: history, as of baseline',
    minutes: 5,
    alone: false,
    follows: 'metadata',
    run: follow('metadata'),
  },
  {
    part: 'baseline-fio',
    about: 'reads and writes over DaxFS and its like: history, as of baseline',
    minutes: 20,
    alone: false,
    follows: 'fio',
    run: follow('fio'),
  },
  {
    part: 'baseline-cas',
    about: 'atomic operations of hosts in lockstep: history, as of baseline',
    minutes: 20,
    alone: true,
    follows: 'cas',
    run: follow('cas'),
  },
  {
    part: 'fabric',
    about: 'the litmus set for long on both fabrics, hundreds of faults, eight hosts, a fuzzed server',
    minutes: 90,
    alone: true,
    run: async (context) => (await import('../checks/fabric/long.ts')).fabric(context),
  },
  {
    part: 'explore',
    about:
      'planted races of lock-free structures by every distribution, ten times as many seeds of what is right, replays',
    minutes: 60,
    alone: false,
    run: async (context) => (await import('../checks/lockstep/sweeps.ts')).sweeps(context),
  },
  {
    part: 'reproducible',
    about: 'the default kernel built twice in two places: the same bytes, BTF and all',
    minutes: 40,
    alone: false,
    run: async (context) => (await import('../checks/kernel/reproducible.ts')).reproducible(context),
  },
  {
    part: 'mutants',
    about: 'the splice with one line broken at a time: its behaviour suite must notice each',
    minutes: 90,
    alone: true,
    run: async (context) => (await import('../checks/splice/mutants.ts')).mutants(context),
  },
  {
    part: 'mutants-harness',
    about: "bugs planted in the harness's pure modules: the unit tests of each module must find them",
    minutes: 15,
    alone: false,
    run: async (context) => (await import('../checks/harness/mutants.ts')).harnessMutants(context),
  },
  {
    part: 'sanitizers',
    about:
      "the splice's behaviour suite and DaxFS's programs on kernels with KASAN, lockdep, kmemleak, and with KCSAN",
    minutes: 100,
    alone: true,
    run: async (context) => (await import('../checks/kernel/sanitizers.ts')).sanitizers(context),
  },
  {
    part: 'daxfs',
    about:
      'DaxFS: deeper searches, a million images, 5,000 of them mounted, 800,000 random operations, races of two hosts, a hundred power cuts',
    minutes: 320,
    alone: true,
    run: async (context) => (await import('../checks/daxfs/long.ts')).daxfs(context),
  },
  {
    part: 'foreign-fs',
    about:
      'fio, SQLite, git, dbench, fs_mark, bonnie++ and fifty stressors: each result on DaxFS as on tmpfs',
    minutes: 30,
    alone: false,
    run: async (context) => (await import('../checks/daxfs/foreign.ts')).foreignFilesystem(context),
  },
  {
    part: 'splice',
    about: 'a million random operations, 100,000 connections, and all real programs, over spliced sockets',
    minutes: 120,
    alone: true,
    run: async (context) => (await import('../checks/splice/long.ts')).splice(context),
  },
  {
    part: 'foreign',
    about: 'network tests that foreign programs have of their own, spliced and compared with TCP',
    minutes: 20,
    alone: true,
    run: async (context) => (await import('../checks/splice/foreign.ts')).foreign(context),
  },
] as const satisfies readonly Part[];

export type PartName = (typeof parts)[number]['part'];

export const partNames: readonly PartName[] = parts.map(({ part }) => part);
