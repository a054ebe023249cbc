import type { Step } from '../experiment/boot-plan.ts';
import type { Host } from '../guest/host.ts';
import { slowDown } from '../workload/inject.ts';
import { countInstructions } from '../workload/instructions.ts';
import type { Measurement } from '../workload/measurement.ts';
import { metrics } from '../workload/metric.ts';
import type { Proof, Sample } from '../workload/sample.ts';
import { proved } from '../workload/variant/variant.ts';
import { variantOf } from '../workload/variant/variants.ts';
import { workloadOf } from '../workload/workloads.ts';

export interface StepResult {
  samples: Sample[];
  transactions: number;
  raw: string;
  /** Why the cell failed although its samples are kept. */
  fault?: string;
}

/** Called around the measured run, without the setup and the check of the mechanism. */
export interface Window {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface StepOptions {
  /** Iterations of the positive control's loop. */
  slowIterations: number;
  window?: Window;
  /** Whether the CPUs can count instructions; if so, each sample is counted. */
  countsInstructions?: boolean;
}

/** Runs one sample or warm-up: sets up mechanism and workload, and reads counters before and after the run. */
export async function runStep(
  host: Host,
  boot: number,
  step: Step,
  { slowIterations, window, countsInstructions = false }: StepOptions,
): Promise<StepResult> {
  const variant = variantOf(step.runs);
  const site = { host, variantName: step.runs, variant, params: step.params };
  await using entered = await variant.enter(site);
  await using _slow = step.twin === 'slow' ? await slowDown(host, slowIterations) : null;
  await using session = await (await workloadOf(step.params.workload)).open(site);
  if (step.warmup) {
    await session.warmUp();
    return { samples: [], transactions: 0, raw: '' };
  }
  const sample = () => session.sample();
  const { measured, values, proof } = await proved(variant, site, entered, async () => {
    await window?.start();
    const measurement = countsInstructions ? await countInstructions(host, sample) : await sample();
    await window?.stop();
    return measurement;
  });
  const { transactions, raw } = measured;
  return { samples: samplesOf(boot, step, values, proof), transactions, raw };
}

export const samplesOf = (boot: number, step: Step, values: Measurement['values'], proof: Proof): Sample[] =>
  values.map(({ metric, value }) => ({
    boot,
    order: step.order,
    variant: step.variant,
    params: step.params,
    metric,
    value,
    unit: metrics[metric].unit,
    proof,
  }));
