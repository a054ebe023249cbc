import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import { defaultSchedule } from '../fabric/lockstep.ts';
import { endsOf, type PlayRequest, play } from '../fabric/play.ts';
import { believable, testedUpdates } from '../fabric/self-test.ts';
import { qemuArguments } from '../guest/qemu.ts';
import type { HostSpec, RunResult } from '../guest/spec.ts';
import type { Run } from '../store/run.ts';
import type { Place } from '../workload/cluster.ts';
import type { BootContext } from './boot-context.ts';
import { runClusterSteps } from './cluster-steps.ts';
import { checkConsoles } from './complaints.ts';
import type { TestedKernel } from './machine.ts';
import { clusterOf, type Rehearsed, rehearse } from './rehearsal.ts';
import { withoutPaths } from './without-paths.ts';

const sizeBytes = 64 * 2 ** 20;

/** Before all else: whether the memory can be believed. A host alone meets nobody. */
function selfTestOf({ length }: readonly HostSpec[]): string[] {
  if (length === 1) return [];
  return ['zerohop-cas --json --op kinds --ops 500 --contended 5 --seconds 60 --device /dev/fabric-test'];
}

/**
 * Carries a boot's steps out on hosts in lockstep. Every command is in the root filesystem before they boot, so that
 * nothing from outside takes part: the samples are repeated by the seed, to the last digit. Steps on memory of
 * another latency have a boot of their own, of the same seed.
 */
export async function runInLockstep(
  run: Run,
  plan: BootPlan,
  specs: readonly HostSpec[],
  tested: TestedKernel,
  { eta, signal }: BootContext,
): Promise<void> {
  const steps = plan.steps.filter(({ warmup }) => !warmup);
  const names = specs.map(({ name }) => name);
  const seedOf = (step: Step) => plan.seed + step.order;
  const rehearsed = await Promise.all(steps.map((step) => rehearse(step, names, seedOf(step))));
  const results = new Map<Step, readonly RunResult[]>();
  let command: readonly string[] = [];
  let updates = 0;
  for (const farNs of new Set(rehearsed.map((one) => one.farNs))) {
    const members = steps.filter((_, at) => rehearsed[at]?.farNs === farNs);
    for (const step of members) eta.stepBegins(plan, step);
    const scripts = members.map((step) => rehearsed[steps.indexOf(step)] as Rehearsed);
    const request = playOf(plan, specs, scripts, farNs);
    const { outputs } = await play(request, { signal }, async ([first]) => {
      command = first === undefined ? [] : [first.qemu ?? '', ...qemuArguments(first, { kind: 'tcg' })];
    });
    await checkConsoles(specs, tested);
    const ends = outputs.map(endsOf);
    for (const [at] of selfTestOf(specs).entries()) {
      const tests = ends.map((own) => own[at] as RunResult);
      updates += testedUpdates(believable(tests, 'kinds', specs[0]?.logDir ?? ''));
    }
    for (const [at, step] of members.entries())
      results.set(
        step,
        ends.map((own) => own[selfTestOf(specs).length + at] as RunResult),
      );
  }
  const told = { qemuCommand: withoutPaths(command, run.dir), cpus: [], memory: null };
  const shared = {
    memoryPath: 'cxl-straight',
    testedUpdates: updates,
    hosts: names.map((name) => ({ name, ...told })),
  };
  await run.bootStarted(plan, told.qemuCommand, { shared });
  for (const step of steps) {
    const places = names.map(
      (name, index): Place => ({
        name,
        run: async () => (results.get(step) as RunResult[])[index] as RunResult,
      }),
    );
    const cluster = clusterOf(places, { seed: seedOf(step), far: () => {} }, updates);
    await runClusterSteps(cluster, { ...plan, steps: [step] }, run.recorder(plan), {
      onStep: () => {},
      signal,
    });
  }
}

function playOf(
  { seed }: BootPlan,
  specs: readonly HostSpec[],
  scripts: readonly Rehearsed[],
  farNs: number,
): PlayRequest {
  return {
    ...{ specs, sizeBytes },
    lockstep: { schedule: { ...defaultSchedule, seed }, memory: { storeBuffer: 0, farNs } },
    commandsOf: (host) => [
      ...selfTestOf(specs),
      ...scripts.map(({ argvs }) => (argvs[host] ?? []).join(' ')),
    ],
  };
}
