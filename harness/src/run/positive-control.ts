import type { Experiment } from '../experiment/experiment.ts';
import { boot } from '../guest/boot.ts';
import { newLogFolder } from '../guest/log-folder.ts';
import { Failure } from '../host/failure.ts';
import { planBoots } from '../measure/plan.ts';
import type { Manifest, RunRequest } from '../store/manifest.ts';
import { raiseTopologies } from '../workload/topology.ts';
import { calibrate } from './calibrate.ts';
import { checkConsoles, withConsolesChecked } from './complaints.ts';
import { machineOf, type TestedKernel } from './machine.ts';

const noteName = 'iterations of the injected delay';

/** Calibrates the positive control in a separate boot, and records the result, so that a resumed run uses the same. */
export async function slowness(
  [tested]: readonly TestedKernel[],
  { matrices }: Experiment,
  request: RunRequest,
  share: number,
  { signal }: { signal: AbortSignal },
): Promise<Manifest['notes']> {
  const [plan] = planBoots({ ...request, matrices, clock: 'virtual' });
  const step = plan?.steps.find(({ twin, warmup }) => twin === 'slow' && !warmup);
  if (tested === undefined || plan === undefined || step === undefined) {
    throw new Failure('usage', 'no step of this run can be slowed down');
  }
  const spec = machineOf(plan, tested, await newLogFolder());
  const calibrated = async () => {
    await using host = await boot(spec, { signal });
    await raiseTopologies(host);
    const iterations = await calibrate(host, step, share);
    await host.powerOff();
    return iterations;
  };
  const iterations = await withConsolesChecked(
    calibrated,
    (failure) => checkConsoles([spec], tested, failure),
    signal,
  );
  return {
    'injected delay': `${share * 100} % of ${step.runs} at ${step.params.size} B`,
    [noteName]: iterations,
  };
}

export function slowIterationsOf({ notes }: Pick<Manifest, 'notes'>): number {
  return Number(notes[noteName] ?? 0);
}
