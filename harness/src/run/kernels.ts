import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import type { Progress } from '../host/progress.ts';
import { type Bundle, openBundle } from '../kernel/bundle.ts';
import { resolveKernel } from '../kernel/resolve.ts';
import type { Manifest } from '../store/manifest.ts';
import { type Arm, armOf } from './machine.ts';

/** A kernel to measure on, as `--kernel NAME=SPEC` says it; without a spec the default kernel. */
export interface KernelChoice {
  name: string;
  spec?: string;
}

interface Means {
  workloads: readonly string[];
  progress: Progress;
  signal: AbortSignal;
}

/** Every kernel of a run, built where it has to be, each with the root filesystem that fits it. */
export async function chosenArms(choices: readonly KernelChoice[], means: Means): Promise<Arm[]> {
  const arms: Arm[] = [];
  for (const { name, spec } of choices) {
    const kernel = await resolveKernel(spec, { progress: means.progress, signal: means.signal });
    arms.push(await rooted(name, kernel, means));
  }
  return arms;
}

/** The very kernels that a stopped run was measured on. */
export async function recordedArms({ kernels }: Manifest, means: Means): Promise<Arm[]> {
  const arms: Arm[] = [];
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
    arms.push(await rooted(name, openBundle(dir), means));
  }
  return arms;
}

async function rooted(name: string, kernel: Bundle, { workloads, progress }: Means): Promise<Arm> {
  progress({ what: `root filesystem for kernel ${name}` });
  return armOf(name, kernel, workloads);
}
