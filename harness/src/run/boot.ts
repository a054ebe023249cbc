import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import { boot } from '../guest/boot.ts';
import { pinningWarning } from '../guest/pin.ts';
import { instructionCounter } from '../guest/profile/counter.ts';
import type { HostSpec } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import { withLock } from '../host/lock.ts';
import { type Noise, noiseWarnings, watchNoise } from '../host/noise.ts';
import type { Run } from '../store/run.ts';
import type { BootContext } from './boot-context.ts';
import { clusterSpecs, isOnCluster } from './cluster.ts';
import { runOnCluster } from './cluster-boot.ts';
import { checkBootConsoles, withConsolesChecked } from './complaints.ts';
import { runInLockstep } from './lockstep-boot.ts';
import { machineOf, type TestedKernel } from './machine.ts';
import { slowIterationsOf } from './positive-control.ts';
import { runSteps } from './steps.ts';
import { withoutPaths } from './without-paths.ts';

/** Runs one boot of the plan, from QEMU's start to the check of the whole console. */
export async function runBoot(
  run: Run,
  plan: BootPlan,
  tested: TestedKernel,
  context: BootContext,
): Promise<void> {
  if (plan.clock === 'virtual') return measure(run, plan, tested, context);
  const onWait = () => context.progress({ what: 'waiting for another wall-clock run on this machine' });
  const { signal } = context;
  await withLock('wall-clock', () => measure(run, plan, tested, context), { onWait, signal });
}

async function measure(run: Run, plan: BootPlan, tested: TestedKernel, context: BootContext): Promise<void> {
  context.eta.bootBegins(plan);
  const endNoise = await watchNoise();
  const logDir = await run.logDir(plan);
  const specs = isOnCluster(plan) ? clusterSpecs(plan, tested, logDir) : [machineOf(plan, tested, logDir)];
  await withConsolesChecked(
    () => carryOut(run, plan, specs, tested, context),
    (failure) => checkBootConsoles(run, plan.name, specs, tested, failure),
    context.signal,
  );
  const noise = await endNoise();
  if (plan.clock === 'wall') await judgeNoise(run, plan, noiseWarnings(noise), context);
  await run.bootEnded(plan, told(noise));
  context.eta.bootEnded(plan);
}

function carryOut(
  run: Run,
  plan: BootPlan,
  specs: readonly HostSpec[],
  tested: TestedKernel,
  context: BootContext,
): Promise<void> {
  if (!isOnCluster(plan)) return runInHost(run, plan, specs[0] as HostSpec, context);
  if (plan.clock === 'wall' || specs.length === 0) return runOnCluster(run, plan, specs, context);
  return runInLockstep(run, plan, specs, tested, context);
}

async function runInHost(run: Run, plan: BootPlan, spec: HostSpec, context: BootContext): Promise<void> {
  await using host = await boot(spec, { signal: context.signal });
  const { by, why } = await instructionCounter(host);
  const cpus = [...host.facts.cpus];
  const facts = { cpus, instructions: `${by}: ${why}` };
  await run.bootStarted(plan, withoutPaths(host.facts.argv, run.dir), facts);
  const unpinned = pinningWarning(spec, cpus);
  if (unpinned !== null) await run.warn(`boot ${plan.name}: ${unpinned}`);
  // A CPU that polls while it is idle executes instructions that belong to no transaction.
  const countsInstructions = by === 'cpu' && plan.idle !== 'poll';
  const slowIterations = slowIterationsOf(run.manifest);
  const onStep = (step: Step) => context.eta.stepBegins(plan, step);
  const options = { slowIterations, countsInstructions, onStep, signal: context.signal };
  await runSteps(host, plan, run.recorder(plan), options);
  await host.powerOff();
}

/** Warns of a noisy machine. With the paper profile and without --force, fails instead. */
export async function judgeNoise(
  run: Run,
  plan: BootPlan,
  warnings: readonly string[],
  { profile, force }: Pick<BootContext, 'profile' | 'force'>,
): Promise<void> {
  if (profile === 'paper' && !force && warnings.length > 0) {
    await run.discard(plan, warnings.join('; '));
    throw new Failure('infra', `this machine is too noisy for the paper profile: ${warnings.join('; ')}`, {
      next: 'stop other load on it, or add --force',
    });
  }
  for (const warning of warnings) await run.warn(`boot ${plan.name}: ${warning}`);
}

/** The probed values without nulls, which stand for values that this machine cannot provide. */
function told(noise: Noise): Record<string, string | number> {
  const known = Object.entries(noise).filter(
    (entry): entry is [string, string | number] => entry[1] !== null,
  );
  return Object.fromEntries(known);
}
