import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelChoice } from '../experiment/experiment.ts';
import { cacheRoot } from '../host/cache.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { type Bundle, openBundle } from '../kernel/bundle.ts';
import { resolveKernel } from '../kernel/resolve.ts';
import type { Manifest } from '../store/manifest.ts';
import { prepareKernel, type TestedKernel } from './machine.ts';

interface Preparation extends Context {
  workloads: readonly string[];
}

/** Every kernel of a run, built if needed, with its root filesystem. */
export async function chosenKernels(
  choices: readonly KernelChoice[],
  context: Preparation,
): Promise<TestedKernel[]> {
  const testedKernels: TestedKernel[] = [];
  for (const { name, spec } of choices) {
    const kernel = await resolveKernel(spec, context);
    testedKernels.push(await rooted(name, kernel, context));
  }
  return testedKernels;
}

/** The kernels that a stopped run was measured on. */
export async function recordedKernels({ kernels }: Manifest, context: Preparation): Promise<TestedKernel[]> {
  const testedKernels: TestedKernel[] = [];
  for (const { name, bundle } of kernels) {
    const dir = join(cacheRoot(), 'bundles', `${bundle}`);
    if (bundle === null || !existsSync(dir)) {
      throw new Failure(
        'infra',
        `the run was measured on kernel bundle ${bundle}, which is not in the cache`,
        {
          next: 'build it again (npm run kernel -- build on the commit in manifest.json), or start a new run',
        },
      );
    }
    testedKernels.push(await rooted(name, openBundle(dir), context));
  }
  return testedKernels;
}

async function rooted(
  name: string,
  kernel: Bundle,
  { workloads, progress }: Preparation,
): Promise<TestedKernel> {
  return prepareKernel(name, kernel, workloads, progress);
}
