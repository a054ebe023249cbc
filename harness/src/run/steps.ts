import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import type { Host } from '../guest/host.ts';
import { Failure } from '../host/failure.ts';
import type { Recorder } from '../store/recorder.ts';
import { raiseTopologies } from '../workload/topology.ts';
import { variantOf } from '../workload/variant/variants.ts';
import { runStep, type StepOptions, type StepResult } from './step.ts';

export interface StepsOptions extends StepOptions {
  onStep: (step: Step) => void;
  signal: AbortSignal;
}

/**
 * Runs a boot's steps in their order in a running host. A failed step is recorded and the next one runs. A kernel that
 * complains, or a host that has ended, ends the boot.
 */
export async function runSteps(host: Host, plan: BootPlan, recorder: Recorder, options: StepsOptions) {
  await raiseTopologies(host);
  const missing = new Map<string, string | null>();
  for (const step of plan.steps) {
    options.signal.throwIfAborted();
    options.onStep(step);
    const asked = `${step.runs} ${step.params['test']}`;
    if (!missing.has(asked)) {
      const site = { host, params: step.params };
      missing.set(asked, await variantOf(step.runs).unavailable(site));
    }
    const why = missing.get(asked);
    if (typeof why === 'string') {
      await recorder.unavailable(step.variant, step.params, why);
    } else {
      await record(plan, step, recorder, () => runStep(host, plan.index, step, options));
    }
  }
}

/** Runs one step, and records its samples or the reason of its failure. */
export async function record(
  plan: BootPlan,
  step: Step,
  recorder: Recorder,
  run: () => Promise<StepResult>,
): Promise<void> {
  try {
    const { samples, raw, fault } = await run();
    const unproved = samples.find(({ proof }) => !proof.ok)?.proof;
    if (unproved !== undefined) {
      const facts = `expected ${unproved.expected}, observed ${unproved.observed}`;
      throw new Failure('cell', `${step.variant} did not prove that it ran (${unproved.name}): ${facts}`);
    }
    await recorder.raw(`${plan.name}-${step.order}`, raw);
    await recorder.samples(samples);
    if (fault !== undefined) throw new Failure('cell', fault);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'cell') {
      throw error;
    }
    await recorder.failed(step.variant, step.params, error.message);
  }
}
