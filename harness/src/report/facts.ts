import type { Clock } from '../host/clock.ts';
import { unique } from '../measure/group.ts';
import type { Cell } from '../measure/summary.ts';
import type { Manifest } from '../store/manifest.ts';
import { processesTopology } from '../workload/processes.ts';
import type { Params } from '../workload/sample.ts';
import { plural } from './format.ts';

/** The facts that a report shows besides the numbers. All of them come from the manifest. */
export interface RunFacts {
  /** The run folder's name. */
  run: string;
  /** ISO 8601, UTC. */
  date: string;
  /** The commit of zerohop, followed by "+dirty" if the tree was changed. */
  commit: string;
  /** The accelerator of wall-clock hosts: "kvm" or "tcg". Virtual ones always use TCG with icount. */
  accelerator: string;
  memoryPath: string;
  qemuVersion: string;
  kernelId: string;
  /** The command line that repeats this run. */
  command: string;
  /** Further facts about the testbed, in display order: CPU, compiler, packages, seed. */
  environment: Readonly<Record<string, string>>;
}

export function factsOf(manifest: Manifest): RunFacts {
  const { zerohop, testbed, kernels, host, guest, packages, request, testbedId } = manifest;
  const [reference] = kernels;
  return {
    run: manifest.run,
    date: manifest.startedAt,
    commit: zerohop.dirty ? `${zerohop.commit}+dirty` : zerohop.commit,
    accelerator: testbed.accelerator.wall,
    memoryPath: testbed.memoryPath,
    qemuVersion: testbed.qemuVersion,
    kernelId: reference?.bundle ?? reference?.release ?? 'unknown',
    command: manifest.command,
    environment: {
      'host CPU': testbed.cpuModel,
      host: `${host.os}, Linux ${host.kernel}, ${host.cpus} CPUs, ${host.memoryMb} MB`,
      guest: `${guest.cpu}, ${guest.cpus} CPUs, ${guest.memoryMb} MB`,
      ...Object.fromEntries(
        kernels.map(({ name, release, source }) => [`kernel ${name}`, `${release} (${source})`]),
      ),
      compiler: testbed.compiler,
      seed: String(request.seed),
      'testbed, virtual clock': testbedId.virtual,
      'testbed, wall clock': testbedId.wall,
      ...Object.fromEntries(Object.entries(manifest.notes).map(([name, value]) => [name, String(value)])),
      packages: Object.entries(packages)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    },
  };
}

/** Whether absolute numbers are those of an emulated CPU. They are shown grey, and no gate uses them. */
export function isEmulated(facts: Pick<RunFacts, 'accelerator'>, { clock, topology }: Measured): boolean {
  return clock === 'virtual' || (topology !== processesTopology && !/^kvm\b/i.test(facts.accelerator));
}

type Measured = Pick<Params, 'clock'> & Partial<Pick<Params, 'topology'>>;

export function clockText(facts: Pick<RunFacts, 'accelerator'>, params: Measured): string {
  if (params.clock === 'virtual') return 'virtual clock (1 instruction = 1 ns)';
  return isEmulated(facts, params) ? 'wall clock (emulated CPUs)' : 'wall clock';
}

/** The accelerators of these cells. */
export function acceleratorText(
  facts: Pick<RunFacts, 'accelerator'>,
  cells: readonly Pick<Cell, 'params'>[],
): string {
  const names = cells.map(({ params }) => acceleratorOf(facts, params.clock));
  return unique(names).join(' and ') || facts.accelerator;
}

export function acceleratorOf(facts: Pick<RunFacts, 'accelerator'>, clock: Clock): string {
  return clock === 'virtual' ? 'tcg,icount' : facts.accelerator;
}

/** The number of boots and samples of some cells: "2 boots × 1 sample". */
export function replication(cells: readonly Cell[]): string {
  const perBoot = cells.map((cell) => cell.samples / cell.boots);
  const boots = span(cells.map((cell) => cell.boots));
  const samples = perBoot.every(Number.isInteger)
    ? plural(span(perBoot), 'sample')
    : `${span(perBoot.map((count) => Math.round(count * 10) / 10))} samples`;
  return `${plural(boots, 'boot')} × ${samples}`;
}

export function intervalText(cells: readonly Pick<Cell, 'interval' | 'boots'>[]): string {
  if (cells.every(({ boots }) => boots === 1)) return 'no interval: one boot';
  const kinds = new Set(cells.map((cell) => cell.interval));
  const parts = [];
  if (kinds.has('t')) parts.push('95 % t interval over boots');
  if (kinds.has('range')) parts.push('range over boots');
  return parts.join(' or ');
}

function span(values: readonly number[]): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return low === high ? `${low}` : `${low}–${high}`;
}
