import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import { boot } from '../guest/boot.ts';
import type { Host } from '../guest/host.ts';
import { instructionCounter } from '../guest/profile/counter.ts';
import { perfProfiler } from '../guest/profile/perf.ts';
import { buildProfiler, type Profiler, pluginProfiler, profilerArgs } from '../guest/profile/profiler.ts';
import type { HostSpec } from '../guest/spec.ts';
import { accelerator } from '../host/accelerator.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { qemuVersion } from '../host/tool-version.ts';
import { groupBy } from '../measure/group.ts';
import type { ExplainRow } from '../store/explain-rows.ts';
import type { Run } from '../store/run.ts';
import { fileTests } from '../workload/files.ts';
import { nameTests } from '../workload/names.ts';
import type { Params } from '../workload/sample.ts';
import { raiseTopologies } from '../workload/topology.ts';
import { checkBootConsoles, withConsolesChecked } from './complaints.ts';
import { explain } from './explain-steps.ts';
import { machineOf, type TestedKernel } from './machine.ts';

/** The points that are explained, if a run has them: netperf's round trip at 1 KB, a 4 KB write, a new file. */
const asked: readonly Partial<Params>[] = [
  { workload: 'netperf', test: 'rr', size: 1024, topology: 'loopback' },
  { workload: 'files', test: 'write', size: 4096, order: 'random' },
  { workload: 'names', test: 'create', files: 1000 },
];
/** Other tests have no transactions whose instructions could be divided. */
const explainedTests: readonly unknown[] = ['rr', 'crr', ...fileTests, ...nameTests];

/** The boot to repeat under the profiler, with the steps to explain. */
export interface ToExplain {
  tested: TestedKernel;
  plan: BootPlan;
  steps: Step[];
}

/** Chooses one boot a kernel. It is called before the measurement, so that it fails early. */
export function toExplain(testedKernels: readonly TestedKernel[], boots: readonly BootPlan[]): ToExplain[] {
  const found = testedKernels.flatMap((tested) => {
    const itsBoots = boots.filter(({ kernel }) => kernel === tested.name);
    const [plan] = itsBoots;
    const steps = explainable(itsBoots.flatMap((one) => one.steps));
    return plan === undefined || steps.length === 0 ? [] : [{ tested, plan, steps }];
  });
  if (found.length === 0) {
    throw new Failure('usage', 'there is nothing to explain: no cell with transactions', {
      next: 'keep test=rr, test=crr, or the tests of files and names',
    });
  }
  return found;
}

/** Writes the cost of each variant on every kernel. */
export async function explainRun(run: Run, asked: readonly ToExplain[], context: Context): Promise<void> {
  const rows: ExplainRow[] = [];
  for (const one of asked) {
    const found = await explainBoot(run, one, context);
    rows.push(...(asked.length > 1 ? found.map((row) => ({ ...row, kernel: one.tested.name })) : found));
  }
  const lines = [...groupBy(rows, ({ variant }) => variant).values()].flat();
  const text = lines.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(run.dir, 'explain.jsonl'), text);
}

/** Runs a separate boot under the profiler. It is not measured, because the profiler slows the guest down. */
async function explainBoot(run: Run, { tested, plan, steps }: ToExplain, { progress, signal }: Context) {
  const name = `explain-${tested.name}`;
  const lack = lackOf(tested);
  if (lack !== undefined) await run.warn(lack);
  progress({ what: `explaining ${steps.map(({ variant }) => variant).join(', ')} on kernel ${tested.name}` });
  const specs: HostSpec[] = [];
  const start: Start = async (changes, qemuArgs) => {
    const logDir = await run.logDir({ name });
    const spec = machineOf({ ...plan, ...changes }, tested, logDir, qemuArgs);
    specs.push(spec);
    return boot(spec, { signal });
  };
  const explained = async () => {
    const { host, profiler } = await profiledHost(run, start, join(run.dir, 'raw', name));
    await using _ = host;
    await raiseTopologies(host);
    const rows = await explain(host, steps, profiler, tested.kernel.vmlinux);
    await host.powerOff();
    return rows;
  };
  return withConsolesChecked(
    explained,
    (failure) => checkBootConsoles(run, name, specs, tested, failure),
    signal,
  );
}

export function lackOf({ name, kernel }: Pick<TestedKernel, 'name' | 'kernel'>): string | undefined {
  if (kernel.vmlinux !== undefined) return undefined;
  return `kernel ${name} came without its vmlinux: its functions are explained, but not by the parts of the kernel that they belong to`;
}

/** Under KVM the CPUs' own counter is sampled, if guests have it. Otherwise QEMU's plugin counts. */
async function profiledHost(run: Run, start: Start, out: string): Promise<Profiled> {
  if ((await accelerator()).kind === 'kvm') {
    const host = await start({ clock: 'wall', idle: 'default' });
    const { by, why } = await instructionCounter(host);
    if (by === 'cpu') return { host, profiler: perfProfiler(host) };
    await host.kill();
    await run.warn(`explained by emulation, because the CPU's counter is missing: ${why}`);
  }
  const args = profilerArgs(await buildProfiler(await qemuVersion()), out);
  const host = await start({ clock: 'virtual', idle: null }, args);
  return { host, profiler: pluginProfiler(host, out) };
}

type Start = (changes: Pick<BootPlan, 'clock' | 'idle'>, qemuArgs?: readonly string[]) => Promise<Host>;

interface Profiled {
  host: Host;
  profiler: Profiler;
}

/** One step for each variant, all at the point that is nearest to a preferred one. */
export function explainable(steps: readonly Step[]): Step[] {
  const counted = steps.filter(
    ({ params, warmup, twin }) => explainedTests.includes(params['test']) && !warmup && twin === null,
  );
  const [first] = [...counted].sort((a, b) => likeness(b) - likeness(a));
  const there = counted.filter(({ params }) => placeOf(params) === placeOf(first?.params ?? {}));
  return there.filter((step, place) => there.findIndex(({ variant }) => variant === step.variant) === place);
}

/** Everything of a point but its machine. */
function placeOf({ clock: _clock, idle: _idle, kernel: _kernel, ...place }: Partial<Params>): string {
  return JSON.stringify(Object.entries(place).sort());
}

const likeness = ({ params }: Step) =>
  Math.max(
    ...asked.map(
      (point) => Object.entries(point).filter(([factor, value]) => params[factor] === value).length,
    ),
  );
