import type { Step } from '../experiment/boot-plan.ts';
import type { Host } from '../guest/host.ts';
import { slowDown } from '../workload/inject.ts';
import { countInstructions } from '../workload/instructions.ts';
import { metrics } from '../workload/metric.ts';
import type { Proof, Sample } from '../workload/sample.ts';
import { enter } from '../workload/variant/loader.ts';
import { besides } from '../workload/variant/socket-metrics.ts';
import { gather, prove } from '../workload/variant/socket-proof.ts';
import { variantOf } from '../workload/variant/sockets.ts';
import type { Measurement, Site } from '../workload/workload.ts';
import { programOf } from '../workload/workloads.ts';

export interface StepResult {
  samples: Sample[];
  transactions: number;
  raw: string;
  /** Why the cell has failed although its samples stand. */
  fault?: string;
}

/** Brackets the measured run alone, not what switches the mechanism on or checks it. */
export interface Window {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface StepOptions {
  /** Iterations of the positive control's loop. */
  slowIterations: number;
  window?: Window;
  /** The CPUs have a counter of instructions: it runs beside each sample. */
  countsInstructions?: boolean;
}

/** One sample, or one warm-up: the mechanism on, the workload up, counters read on both sides of the run. */
export async function runStep(
  host: Host,
  boot: number,
  step: Step,
  { slowIterations, window, countsInstructions = false }: StepOptions,
): Promise<StepResult> {
  const site: Site = { host, variantName: step.runs, variant: variantOf(step.runs), params: step.params };
  await using mechanism = await enter(site);
  await using _slow = step.twin === 'slow' ? await slowDown(host, slowIterations) : null;
  await using session = await programOf(step.params.workload).open(site);
  if (step.warmup) {
    await session.warmUp();
    return { samples: [], transactions: 0, raw: '' };
  }
  const before = await gather(site, mechanism);
  await window?.start();
  const sample = () => session.sample();
  const measured = countsInstructions ? await countInstructions(host, sample) : await sample();
  await window?.stop();
  const after = await gather(site, mechanism);
  const proof = prove(site, before, after, measured);
  const { transactions, raw } = measured;
  const values = [...measured.values, ...besides(before, after, measured)];
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
