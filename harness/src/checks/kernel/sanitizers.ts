import { join } from 'node:path';
import type { Context } from '../../host/context.ts';
import { patchRoot } from '../../kernel/patches.ts';
import { cook } from '../../kernel/recipe.ts';
import { patchedRecipe } from '../../kernel/resolve.ts';
import { daxfsSuite } from '../daxfs/suite.ts';
import type { PartResult } from '../part-result.ts';
import { behaviourOf, spliceSeries } from '../splice/behaviour.ts';

const kmemleak = '/sys/kernel/debug/kmemleak';
/** An object is reported once it has been without a reference for some seconds, through two scans. */
const findLeaks = `for i in 1 2; do sleep 6; echo scan > ${kmemleak}; done; cat ${kmemleak} >&2; test -z "$(cat ${kmemleak})"`;

const kernels = {
  kasan: { afterwards: ['sh', '-c', findLeaks] },
  kcsan: {},
} as const;

/** Everything takes ten times as long there. */
const daxfsSize = { seeds: [1, 2, 3, 4, 5], operations: 2000, loops: 20, stormMs: 3000, images: 300 };

/** The splice's behaviour suite and DaxFS's programs on kernels that look for use after free, leaks, lock inversions and data races. */
export async function sanitizers({ progress, signal }: Context): Promise<PartResult> {
  const wrong: string[] = [];
  const figures: Record<string, string> = {};
  for (const [name, { ...more }] of Object.entries(kernels)) {
    const fragment = join(patchRoot(), 'config/debug', `${name}.config`);
    const kernel = await cook(patchedRecipe([spliceSeries], [fragment], {}), {
      progress,
      signal,
      room: name,
    });
    progress({ what: `sanitizers: ${name}` });
    const found = await behaviourOf(kernel, {
      ...{ clock: 'wall', memoryMb: 3072, timeoutMs: 4 * 3_600_000 },
      ...more,
      signal,
    });
    figures[name] = `${found.passed.length} passed, ${found.failed.length} failed`;
    wrong.push(...found.failed.map((test) => `${name}: ${test} fails`));
    if (found.complaint !== undefined) wrong.push(`${name}: ${found.complaint}`);
    if (found.passed.length === 0) wrong.push(`${name}: no case ran`);
    progress({ what: `sanitizers: DaxFS on ${name}` });
    const daxfs = await daxfsSuite(kernel, { memoryMb: 3072, size: daxfsSize, ...more, signal });
    wrong.push(...daxfs.map((what) => `${name}: DaxFS: ${what}`));
  }
  return { findings: wrong, figures };
}
