import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import { explain } from '../experiment/explain.ts';
import { type Arm, machineOf } from '../experiment/machine.ts';
import { boot } from '../guest/boot.ts';
import { buildProfiler, profilerArgs } from '../guest/profiler.ts';
import { qemuVersion } from '../host/accelerator.ts';
import { Failure } from '../host/failure.ts';
import type { Progress } from '../host/progress.ts';
import { type ExplainRow, explainRowSchema } from '../report/explain/rows.ts';
import { raiseTopologies } from '../workload/topology.ts';
import { readLines } from './lines.ts';
import type { Run } from './run.ts';

/** Where a transaction's instructions go is asked at one point: netperf's, at 1 KB where the run has it. */
const asked = { size: 1024, topology: 'loopback', workload: 'netperf' } as const;

/** A boot of its own under the profiler, which slows the guest and so takes no part in the measurement. */
export async function explainRun(
  run: Run,
  [arm]: readonly Arm[],
  boots: readonly BootPlan[],
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<void> {
  const plan = boots.find(({ clock }) => clock === 'virtual');
  const steps = explainable(plan?.steps ?? []);
  if (arm === undefined || plan === undefined || steps.length === 0) {
    throw new Failure('usage', 'there is nothing to explain: no request-response cell on the virtual clock', {
      next: 'leave out --clock wall, or keep test=rr',
    });
  }
  progress({ what: `explaining ${steps.map(({ variant }) => variant).join(', ')}` });
  const out = join(run.dir, 'raw', 'profile');
  const args = profilerArgs(await buildProfiler(await qemuVersion()), out);
  const spec = machineOf(plan, arm, await run.logDir({ ...plan, name: 'explain' }), args);
  await using host = await boot(spec, { signal });
  await raiseTopologies(host);
  const rows = await explain(host, steps, out, arm.kernel.vmlinux);
  await writeFile(join(run.dir, 'explain.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** The rows of a run that was explained; none of one that was not. */
export async function readExplained(dir: string): Promise<ExplainRow[]> {
  const file = join(dir, 'explain.jsonl');
  return existsSync(file) ? readLines(file, explainRowSchema) : [];
}

function explainable(steps: readonly Step[]): Step[] {
  const rr = steps.filter(({ params, warmup, twin }) => params['test'] === 'rr' && !warmup && twin === null);
  const [first] = [...rr].sort((a, b) => likeness(b) - likeness(a));
  const isThere = ({ params }: Step) =>
    (['size', 'topology', 'workload'] as const).every((factor) => params[factor] === first?.params[factor]);
  return rr.filter(isThere);
}

const likeness = ({ params }: Step) =>
  Object.entries(asked).filter(([factor, value]) => params[factor] === value).length;
