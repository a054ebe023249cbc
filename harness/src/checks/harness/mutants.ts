import { rm } from 'node:fs/promises';
import type { Context } from '../../host/context.ts';
import type { PartResult } from '../part-result.ts';
import { committedCopy } from './committed-copy.ts';
import { judgeBugs, readEquivalents } from './equivalents.ts';
import { pureModules } from './pure-modules.ts';
import { harnessImports, relatedTests } from './related-tests.ts';
import { sampleBugs } from './sample-bugs.ts';
import { type BugFate, runTests, tryBug } from './try-bug.ts';

const atOnce = 2;
/** For all tests together, on a busy machine. */
const soundSeconds = 600;

/** Plants bugs in scratch copies of the checkout. The unit tests of a bug's module must find it. */
export async function harnessMutants({ progress, signal }: Context): Promise<PartResult> {
  progress({ what: 'planted bugs: type check' });
  const copies = await Promise.all(Array.from({ length: atOnce }, committedCopy));
  const [first = ''] = copies;
  try {
    const modules = pureModules(first);
    const imports = harnessImports(first);
    const bugs = await sampleBugs(first, modules, signal);
    const all = new Set(modules.flatMap((module) => relatedTests(module, imports)));
    const sound = await Promise.all(
      copies.map((copy, lane) => {
        const share = [...all].filter((_, place) => place % atOnce === lane);
        return runTests(copy, share, soundSeconds, signal);
      }),
    );
    const unsound = sound.flatMap(({ fate, failed }) => {
      if (fate === 'endless') return [`unit tests did not end in ${soundSeconds} s without a planted bug`];
      return failed.map((test) => `a unit test fails without a planted bug: ${test}`);
    });
    if (unsound.length > 0) return { findings: unsound, figures: {} };
    const fates = new Map<string, BugFate>();
    const left = [...bugs];
    await Promise.all(
      copies.map(async (copy) => {
        for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
          progress({ what: 'planted bugs', done: fates.size, of: bugs.length });
          const { fate } = await tryBug(copy, bug, relatedTests(bug.module, imports), signal);
          fates.set(`${bug.module}: ${bug.name}`, fate);
        }
      }),
    );
    return judgeBugs(fates, await readEquivalents());
  } finally {
    await Promise.all(copies.map((copy) => rm(copy, { recursive: true })));
  }
}
