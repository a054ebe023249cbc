import type { Step } from '../experiment/boot-plan.ts';
import type { Host } from '../guest/host.ts';
import { Failure } from '../host/failure.ts';
import { runStep } from './step.ts';

const fewIterations = 1;
const manyIterations = 2001;

/**
 * The length of the positive control's loop on each send that makes this step slower by `share`. The step runs without
 * the program and with two loops of known length, in this guest and on the virtual clock, because the program has a
 * cost even without its loop.
 */
export async function calibrate(host: Host, step: Step, share: number): Promise<number> {
  const plain = await instructions(host, { ...step, twin: null }, 0);
  const few = await instructions(host, { ...step, twin: 'slow' }, fewIterations);
  const many = await instructions(host, { ...step, twin: 'slow' }, manyIterations);
  const perIteration = (many - few) / (manyIterations - fewIterations);
  const iterations = Math.round(fewIterations + (plain * (1 + share) - few) / perIteration);
  if (perIteration <= 0 || iterations < fewIterations) {
    const least = ((few / plain - 1) * 100).toFixed(1);
    throw new Failure(
      'infra',
      `a delay of ${share * 100} % cannot be made: the program alone costs ${least} %`,
      {
        next: 'ask for a longer delay',
      },
    );
  }
  return iterations;
}

async function instructions(host: Host, step: Step, slowIterations: number): Promise<number> {
  const { samples } = await runStep(host, 0, step, { slowIterations });
  const found = samples.find(({ metric }) => metric === 'instructions_per_txn');
  if (found === undefined) {
    throw new Failure('infra', 'the positive control is calibrated on the virtual clock alone');
  }
  return found.value;
}
