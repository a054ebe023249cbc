import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { BootPlan } from '../experiment/boot-plan.ts';

/**
 * Runs boots in their order. The virtual clock does not see who else runs, so as many of its boots as there are
 * CPUs run at the same time; a boot on the wall clock has the machine to itself. The first that fails stops the others.
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
