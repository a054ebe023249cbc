import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import { pinningWarning } from '../guest/pin.ts';
import type { HostSpec } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import type { SharedMemory } from '../store/journal.ts';
import type { Run } from '../store/run.ts';
import type { BootContext } from './boot-context.ts';
import { onCluster, type Raised } from './cluster.ts';
import { refuseSteps, runClusterSteps } from './cluster-steps.ts';
import { withoutPaths } from './without-paths.ts';

/** Boots several hosts on one memory, tests the memory, and runs the steps. */
export async function runOnCluster(
  run: Run,
  plan: BootPlan,
  specs: readonly HostSpec[],
  { eta, signal }: BootContext,
): Promise<void> {
  await onCluster(plan, specs, signal, async (raised) => {
    const shared = sharedOf(raised, run.dir);
    await run.bootStarted(plan, shared.hosts[0]?.qemuCommand ?? [], { shared });
    if (raised.warning !== undefined) await run.warn(`memory path ${raised.memoryPath}: ${raised.warning}`);
    for (const [index, { cpus }] of raised.hosts.entries()) {
      const unpinned = pinningWarning(specs[index] as HostSpec, cpus);
      if (unpinned !== null) await run.warn(`boot ${plan.name}: ${unpinned}`);
    }
    const recorder = run.recorder(plan);
    if (raised.cluster instanceof Failure) return refuseSteps(plan, recorder, raised.cluster);
    const onStep = (step: Step) => eta.stepBegins(plan, step);
    await runClusterSteps(raised.cluster, plan, recorder, { onStep, signal });
  });
}

function sharedOf({ hosts, memoryPath, cluster }: Raised, runDir: string): SharedMemory {
  return {
    memoryPath,
    testedUpdates: cluster instanceof Failure ? 0 : cluster.testedUpdates,
    hosts: hosts.map(({ name, qemuCommand, cpus, memory }) => ({
      name,
      qemuCommand: withoutPaths(qemuCommand, runDir),
      cpus: [...cpus],
      memory,
    })),
  };
}
