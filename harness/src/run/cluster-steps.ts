import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import type { Recorder } from '../store/recorder.ts';
import type { SharingPlaces } from '../workload/cluster.ts';
import { proved } from '../workload/variant/variant.ts';
import { variantOf } from '../workload/variant/variants.ts';
import { workloadOf } from '../workload/workloads.ts';
import { type StepResult, samplesOf } from './step.ts';
import { record, type StepsOptions } from './steps.ts';

/** Runs a boot's steps in their order on hosts that are up and share a memory. */
export async function runClusterSteps(
  cluster: SharingPlaces,
  plan: BootPlan,
  recorder: Recorder,
  { onStep, signal }: Pick<StepsOptions, 'onStep' | 'signal'>,
): Promise<void> {
  for (const step of plan.steps) {
    signal.throwIfAborted();
    onStep(step);
    await record(plan, step, recorder, () => runClusterStep(cluster, plan.index, step));
  }
}

async function runClusterStep(cluster: SharingPlaces, boot: number, step: Step): Promise<StepResult> {
  const variant = variantOf(step.runs);
  const site = { cluster, variantName: step.runs, variant, params: step.params };
  await using entered = await variant.enter(site);
  await using session = await (await workloadOf(step.params.workload)).open(site);
  if (step.warmup) {
    await session.warmUp();
    return { samples: [], transactions: 0, raw: '' };
  }
  const { measured, values, proof } = await proved(variant, site, entered, () => session.sample());
  const { transactions, raw, fault } = measured;
  return {
    samples: samplesOf(boot, step, values, proof),
    transactions,
    raw,
    ...(fault !== undefined && { fault }),
  };
}

/** Fails every cell of a boot whose memory failed its self-test. */
export async function refuseSteps(plan: BootPlan, recorder: Recorder, { message }: Error): Promise<void> {
  for (const { variant, params, warmup } of plan.steps) {
    if (!warmup) await recorder.failed(variant, params, message);
  }
}
