import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibrate } from '../experiment/calibrate.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { type Arm, machineOf } from '../experiment/machine.ts';
import { boot } from '../guest/boot.ts';
import { Failure } from '../host/failure.ts';
import { planBoots } from '../measure/plan.ts';
import { raiseTopologies } from '../workload/topology.ts';
import type { Manifest, RunRequest } from './manifest.ts';

const noteName = 'iterations of the injected delay';

/** Calibrates the positive control in a boot of its own, and notes it, so that a resumed run uses the same. */
export async function slowness(
  [arm]: readonly Arm[],
  { matrices }: Experiment,
  request: RunRequest,
  share: number,
  { signal }: { signal: AbortSignal },
): Promise<Manifest['notes']> {
  const [plan] = planBoots({ ...request, matrices, clock: 'virtual' });
  const step = plan?.steps.find(({ twin, warmup }) => twin === 'slow' && !warmup);
  if (arm === undefined || plan === undefined || step === undefined) {
    throw new Failure('usage', 'nothing of this run can be slowed down');
  }
  const logs = await mkdtemp(join(tmpdir(), 'zerohop-calibrate-'));
  try {
    await using host = await boot(machineOf(plan, arm, logs), { signal });
    await raiseTopologies(host);
    const iterations = await calibrate(host, step, share);
    return {
      'injected delay': `${share * 100} % of ${step.runs} at ${step.params.size} B`,
      [noteName]: iterations,
    };
  } finally {
    await rm(logs, { recursive: true });
  }
}

export function slowIterationsOf({ notes }: Pick<Manifest, 'notes'>): number {
  return Number(notes[noteName] ?? 0);
}
