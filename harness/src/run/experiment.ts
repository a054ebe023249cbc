import type { BootPlan } from '../experiment/boot-plan.ts';
import type { Experiment, KernelChoice } from '../experiment/experiment.ts';
import type { Context } from '../host/context.ts';
import { nextBoots } from '../measure/growth.ts';
import type { PlanRequest } from '../measure/plan-request.ts';
import { claimsOf, type PublishedClaim } from '../measure/published.ts';
import type { ShardChoice } from '../measure/shards.ts';
import { summarise } from '../measure/summarise.ts';
import type { Summary } from '../measure/summary.ts';
import type { RunRequest } from '../store/manifest.ts';
import { readManifest } from '../store/read-run.ts';
import type { Run } from '../store/run.ts';
import { resultsDir } from '../store/run-folder.ts';
import { runBoot } from './boot.ts';
import { describe, testbedOf } from './describe.ts';
import { etaOf } from './eta.ts';
import { explainRun, toExplain } from './explain.ts';
import { fabricFacts } from './fabric-facts.ts';
import { chosenKernels, recordedKernels } from './kernels.ts';
import type { TestedKernel } from './machine.ts';
import { createRun, resumeRun } from './open.ts';
import { slowness } from './positive-control.ts';
import { buildWarnings } from './provenance.ts';
import { reportRun } from './report.ts';
import { demandSameCommit, demandSameExperiment, resumable, resumeCommand, wordsOf } from './resume.ts';
import { otherTestbed, testbedChange } from './same-testbed.ts';
import { scheduleBoots } from './schedule.ts';
import { chosenBoots, recordedBoots, shardOf } from './shard.ts';

export interface ExperimentOptions {
  experiment: Experiment;
  request: RunRequest;
  kernels: readonly KernelChoice[];
  /** A run folder to resume; its own request and kernels are used. */
  resume?: string;
  /** The folder of a new run; without it, one in results/runs. */
  into?: string;
  /** Measure only this part of the plan. */
  shard?: ShardChoice;
  /** Resume also where figures depend on another machine or QEMU than before. */
  otherTestbed?: boolean;
  /** The positive control's share of a transaction: 0.05 for `--inject slow=5%`. */
  slowShare?: number;
  explain: boolean;
  /** Measure even if the machine is noisy. */
  force: boolean;
  /** The command line that repeats this run. */
  command: string;
}

export interface RunContext extends Context {
  /** Called once the run folder exists, with the command that resumes the run. */
  onRun?: (dir: string, resume: string) => void;
}

export interface ExperimentOutcome {
  /** The run folder. */
  dir: string;
  summary: Summary;
  /** Cells that failed, a line each. */
  failures: string[];
}

/** Does a whole run: kernels and roots, boots, samples, summary, report; or resumes one. */
export async function runExperiment(
  asked: ExperimentOptions,
  context: RunContext,
): Promise<ExperimentOutcome> {
  const workloads = [...new Set(asked.experiment.matrices.map(({ workload }) => workload))];
  await using run = await openRun(asked, { ...context, workloads });
  context.onRun?.(run.dir, resumeCommand(run.manifest, run.dir));
  try {
    return await carryOut(run, asked, { ...context, workloads });
  } catch (error) {
    throw resumable(error, run, context.signal);
  }
}

async function carryOut(
  run: Run,
  asked: ExperimentOptions,
  context: Preparation,
): Promise<ExperimentOutcome> {
  const { experiment } = asked;
  const testedKernels = await recordedKernels(run.manifest, context);
  const plan: PlanRequest = { ...run.manifest.request, matrices: experiment.matrices };
  const boots = recordedBoots(run.manifest, plan);
  if (asked.resume !== undefined) await checkTestbed(run, testedKernels, boots, asked, context);
  const claims = await claimsOf(experiment.name);
  const explained = asked.explain ? toExplain(testedKernels, boots) : null;
  await runBoots(boots, { run, testedKernels, plan, claims, asked, context });
  if (explained !== null) await explainRun(run, explained, context);
  await run.settle(boots);
  const { failures, ...found } = await run.findings();
  const summary = summarise({ experiment, profile: plan.profile, kernels: plan.kernels, claims, ...found });
  await run.save(summary);
  await reportRun(run, summary, experiment, claims);
  await run.publish();
  return { dir: run.dir, summary, failures };
}

/** Figures of two testbeds are mixed only where that was asked for, and the run then says so. */
async function checkTestbed(
  run: Run,
  testedKernels: readonly TestedKernel[],
  boots: readonly BootPlan[],
  { otherTestbed: isWanted }: ExperimentOptions,
  context: Preparation,
): Promise<void> {
  const clocks = new Set(boots.flatMap((boot) => run.remaining(boot)?.clock ?? []));
  const here = await testbedOf(testedKernels, await fabricFacts(boots, context));
  const change = testbedChange(run.manifest.testbed, here, [...clocks]);
  if (change === null) return;
  if (!isWanted) throw otherTestbed(change, resumeCommand(run.manifest, run.dir));
  await run.warn(`resumed elsewhere: ${change}`);
}

type Preparation = RunContext & { workloads: readonly string[] };

async function openRun(asked: ExperimentOptions, preparation: Preparation): Promise<Run> {
  const { experiment, command, slowShare } = asked;
  if (asked.resume !== undefined) {
    const manifest = await readManifest(asked.resume);
    demandSameExperiment({ manifest, dir: asked.resume }, asked);
    await demandSameCommit(manifest);
    return resumeRun(asked.resume);
  }
  const words = wordsOf(experiment);
  const request = { ...asked.request, ...(words && { words }) };
  const testedKernels = await chosenKernels(asked.kernels, preparation);
  const notes =
    slowShare === undefined ? {} : await slowness(testedKernels, experiment, request, slowShare, preparation);
  const boots = chosenBoots({ ...asked, request });
  const about = { experiment: experiment.name, command, request, notes };
  const start = await describe(testedKernels, about, await fabricFacts(boots, preparation));
  const part = asked.shard && { shard: shardOf(asked.shard, boots, experiment.matrices, start) };
  const run = await createRun({ ...start, ...part }, resultsDir(), asked.into);
  for (const warning of buildWarnings(testedKernels)) await run.warn(warning);
  return run;
}

interface Campaign {
  run: Run;
  testedKernels: readonly TestedKernel[];
  plan: PlanRequest;
  claims: readonly PublishedClaim[];
  asked: ExperimentOptions;
  context: RunContext;
}

/** Runs the boots, then more of them while the profile allows it and the deciding ratio is too wide; a shard never grows. */
async function runBoots(
  first: readonly BootPlan[],
  { run, testedKernels, plan, claims, asked, context }: Campaign,
): Promise<void> {
  let boots = first;
  while (boots.length > 0) {
    const left = boots.flatMap((boot) => run.remaining(boot) ?? []);
    const eta = etaOf(left, context.progress);
    const one = async (boot: BootPlan, signal: AbortSignal) => {
      const tested = testedKernels.find(({ name }) => name === boot.kernel);
      if (tested === undefined)
        throw new Error(`boot ${boot.name} wants kernel ${boot.kernel}, which the run lacks`);
      const { profile } = plan;
      await runBoot(run, boot, tested, { ...context, signal, eta, profile, force: asked.force });
    };
    await scheduleBoots(left, one, context.signal);
    if (run.manifest.shard !== undefined) return;
    const { samples } = await run.findings();
    const { experiment } = asked;
    const { ratios } = summarise({
      experiment,
      profile: plan.profile,
      kernels: plan.kernels,
      claims,
      samples,
      unavailable: [],
      warnings: [],
    });
    const index = Math.max(...boots.map((boot) => boot.index)) + 1;
    boots = nextBoots(plan, ratios, claims, index);
  }
}
