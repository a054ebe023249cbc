import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import { boot } from '../guest/boot.ts';
import { pinningWarning } from '../guest/pin.ts';
import { instructionCounter } from '../guest/profile/counter.ts';
import type { HostSpec } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import { withLock } from '../host/lock.ts';
import { type Noise, noiseWarnings, watchNoise } from '../host/noise.ts';
import type { Run } from '../store/run.ts';
import type { BootMeans } from './boot-context.ts';
import { clusterSpecs, isOnCluster } from './cluster.ts';
import { runOnCluster } from './cluster-boot.ts';
import { demandQuietBoot, judged } from './complaints.ts';
import { type Arm, machineOf } from './machine.ts';
import { placeless } from './placeless.ts';
import { slowIterationsOf } from './positive-control.ts';
import { runSteps } from './steps.ts';

/** One boot of the plan, from QEMU's start to a console that was read to its end. */
export async function conductBoot(run: Run, plan: BootPlan, arm: Arm, means: BootMeans): Promise<void> {
  if (plan.clock === 'virtual') return measure(run, plan, arm, means);
  const onWait = () => means.progress({ what: 'waiting for another wall-clock run on this machine' });
  const { signal } = means;
  await withLock('wall-clock', () => measure(run, plan, arm, means), { onWait, signal });
}

async function measure(run: Run, plan: BootPlan, arm: Arm, means: BootMeans): Promise<void> {
  means.pace.bootBegins(plan);
  const endNoise = await watchNoise();
  const logDir = await run.logDir(plan);
  const single = isOnCluster(plan) ? null : machineOf(plan, arm, logDir);
  const specs = single === null ? clusterSpecs(plan, arm, logDir) : [single];
  await judged(
    () => (single === null ? runOnCluster(run, plan, specs, means) : runInHost(run, plan, single, means)),
    (failure) => demandQuietBoot(run, plan.name, specs, arm, failure),
    means.signal,
  );
  const noise = await endNoise();
  if (plan.clock === 'wall') await judgeNoise(run, plan, noiseWarnings(noise), means);
  await run.bootEnded(plan, told(noise));
  means.pace.bootEnded(plan);
}

async function runInHost(run: Run, plan: BootPlan, spec: HostSpec, means: BootMeans): Promise<void> {
  await using host = await boot(spec, { signal: means.signal });
  const { by, why } = await instructionCounter(host);
  const cpus = [...host.facts.cpus];
  const facts = { cpus, instructions: `${by}: ${why}` };
  await run.bootStarted(plan, placeless(host.facts.argv, run.dir), facts);
  const unpinned = pinningWarning(spec, cpus);
  if (unpinned !== null) await run.warn(`boot ${plan.name}: ${unpinned}`);
  // A CPU that polls while it is idle executes instructions of nobody's.
  const countsInstructions = by === 'cpu' && plan.idle !== 'poll';
  const slowIterations = slowIterationsOf(run.manifest);
  const onStep = (step: Step) => means.pace.stepBegins(plan, step);
  const options = { slowIterations, countsInstructions, onStep, signal: means.signal };
  await runSteps(host, plan, run.recorder(plan), options);
  await host.powerOff();
}

/** Noise is told with the results; a figure for a paper is not measured beneath it unless someone insists. */
export async function judgeNoise(
  run: Run,
  plan: BootPlan,
  warnings: readonly string[],
  { profile, force }: Pick<BootMeans, 'profile' | 'force'>,
): Promise<void> {
  if (profile === 'paper' && !force && warnings.length > 0) {
    await run.discard(plan, warnings.join('; '));
    throw new Failure('infra', `this machine is too noisy for the paper profile: ${warnings.join('; ')}`, {
      next: 'quieten it, or add --force',
    });
  }
  for (const warning of warnings) await run.warn(`boot ${plan.name}: ${warning}`);
}

/** What this machine can say of itself; nulls are what it cannot. */
function told(noise: Noise): Record<string, string | number> {
  const known = Object.entries(noise).filter(
    (entry): entry is [string, string | number] => entry[1] !== null,
  );
  return Object.fromEntries(known);
}
