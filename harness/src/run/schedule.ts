import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { BootPlan } from '../experiment/boot-plan.ts';

/**
 * Runs boots in their order. Load does not affect the virtual clock, so its boots run in parallel, one a CPU. A boot on
 * the wall clock runs alone. The first failure aborts the other boots.
 */
export async function scheduleBoots(
  boots: readonly BootPlan[],
  runOne: (boot: BootPlan, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const limit = pLimit(availableParallelism());
  const one = async (boot: BootPlan) => {
    either.throwIfAborted();
    try {
      await runOne(boot, either);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  const virtual = boots.filter(({ clock }) => clock === 'virtual');
  await Promise.allSettled(virtual.map((boot) => limit(one, boot)));
  either.throwIfAborted();
  for (const boot of boots.filter(({ clock }) => clock === 'wall')) await one(boot);
}
