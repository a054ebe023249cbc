import { runSteps } from '../experiment/boot.ts';
import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import { type Arm, machineOf } from '../experiment/machine.ts';
import { boot } from '../guest/boot.ts';
import { instructionCounter } from '../guest/counter.ts';
import type { HostSpec } from '../guest/spec.ts';
import { cacheRoot } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { withLock } from '../host/lock.ts';
import { type Noise, noiseWarnings, watchNoise } from '../host/noise.ts';
import type { Progress } from '../host/progress.ts';
import type { Profile } from '../measure/summary.ts';
import { demandQuietKernel } from './quiet.ts';
import type { Run } from './run.ts';
import { slowIterationsOf } from './slowness.ts';

export interface BootMeans {
  progress: Progress;
  signal: AbortSignal;
  onStep: (plan: BootPlan, step: Step | null) => void;
  profile: Profile;
  force: boolean;
}

/** One boot of the plan, from QEMU's start to a console that was read to its end. */
export async function conductBoot(run: Run, plan: BootPlan, arm: Arm, means: BootMeans): Promise<void> {
  if (plan.clock === 'virtual') return measure(run, plan, arm, means);
  const onWait = () => means.progress({ what: 'waiting for another wall-clock run on this machine' });
  await withLock('wall-clock', () => measure(run, plan, arm, means), { onWait });
}

async function measure(run: Run, plan: BootPlan, arm: Arm, means: BootMeans): Promise<void> {
  means.onStep(plan, null);
  const endNoise = await watchNoise();
  const spec = machineOf(plan, arm, await run.logDir(plan));
  try {
    await runInHost(run, plan, spec, means);
  } catch (error) {
    if (error instanceof Failure) await demandQuietKernel(spec, arm, error);
    throw error;
  }
  await demandQuietKernel(spec, arm);
  const noise = await endNoise();
  await run.bootEnded(plan, told(noise));
  if (plan.clock === 'wall') await judgeNoise(run, plan, noiseWarnings(noise), means);
}

async function runInHost(run: Run, plan: BootPlan, spec: HostSpec, means: BootMeans): Promise<void> {
  await using host = await boot(spec, { signal: means.signal });
  const { by, why } = await instructionCounter(host);
  const qemuCommand = host.facts.argv.map((word) => placeless(word, run.dir));
  await run.bootStarted(plan, qemuCommand, `${by}: ${why}`);
  // A CPU that polls while it is idle executes instructions of nobody's.
  const countsInstructions = by === 'cpu' && plan.idle !== 'poll';
  const slowIterations = slowIterationsOf(run.manifest);
  const onStep = (step: Step) => means.onStep(plan, step);
  const options = { slowIterations, countsInstructions, onStep, signal: means.signal };
  await runSteps(host, plan, run.recorder(plan), options);
  await host.powerOff();
}

/** A command line that says nothing of where this machine keeps its cache and its runs. */
function placeless(word: string, runDir: string): string {
  return word.replaceAll(runDir, '$RUN').replaceAll(cacheRoot(), '$ZEROHOP_CACHE');
}

/** Noise is told with the results; a figure for a paper is not measured beneath it unless someone insists. */
async function judgeNoise(run: Run, { name }: BootPlan, warnings: string[], { profile, force }: BootMeans) {
  for (const warning of warnings) await run.warn(`boot ${name}: ${warning}`);
  if (profile === 'paper' && !force && warnings.length > 0) {
    throw new Failure('infra', `this machine is too noisy for the paper profile: ${warnings.join('; ')}`, {
      next: `quieten it and go on with --resume ${run.dir}, or add --force`,
    });
  }
}

/** What this machine can say of itself; nulls are what it cannot. */
function told(noise: Noise): Record<string, string | number> {
  const known = Object.entries(noise).filter(
    (entry): entry is [string, string | number] => entry[1] !== null,
  );
  return Object.fromEntries(known);
}
