import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { qemuArguments } from '../guest/qemu.ts';
import { accelerator } from '../host/accelerator.ts';
import { hashOf } from '../host/cache.ts';
import type { Clock } from '../host/clock.ts';
import { readCommit } from '../host/commit.ts';
import { qemuVersion } from '../host/tool-version.ts';
import type { Manifest, ManifestStart } from '../store/manifest.ts';
import type { Testbed } from '../store/testbed.ts';
import { clusterMachine } from './cluster.ts';
import type { FabricTestbed } from './fabric-facts.ts';
import { machine, machineOf, type TestedKernel } from './machine.ts';
import { kernelOf, originsIn, packagesIn, toolsHere } from './provenance.ts';

/** Describes a run before its first boot: everything that another person needs to rebuild it. */
export async function describe(
  testedKernels: readonly TestedKernel[],
  asked: Pick<Manifest, 'experiment' | 'command' | 'request' | 'notes'>,
  fabric: FabricTestbed | null,
): Promise<ManifestStart> {
  const testbed = await testbedOf(testedKernels, fabric);
  return {
    ...asked,
    notes: { ...asked.notes, ...originsIn(testedKernels) },
    zerohop: await readCommit(),
    kernels: testedKernels.map(kernelOf),
    host: {
      os: await osName(),
      kernel: release(),
      cpus: cpus().length,
      memoryMb: Math.round(totalmem() / 2 ** 20),
      node: process.version,
      tools: await toolsHere(),
    },
    guest: { cpu: cpuFlag(testbed.qemuFlags.virtual), ...(fabric === null ? machine : clusterMachine) },
    ...packagesIn(testedKernels),
    testbed,
  };
}

/** The testbed of figures that are measured of these kernels here and now. */
export async function testbedOf(testedKernels: readonly TestedKernel[], fabric: FabricTestbed | null) {
  return { ...(await ownTestbed(testedKernels)), ...fabric };
}

async function ownTestbed(testedKernels: readonly TestedKernel[]) {
  const [reference] = testedKernels;
  if (reference === undefined) throw new Error('a run has at least one kernel');
  const { metadata } = reference.kernel;
  const wall = await accelerator();
  const flags = (clock: Clock) => {
    const { append } = reference;
    const nameless = { kernel: { image: 'KERNEL' }, root: { image: 'ROOT' }, append };
    const spec = machineOf({ clock, idle: null, seed: 0 }, nameless, 'LOGS');
    return qemuArguments(spec, clock === 'virtual' ? { kind: 'tcg' } : wall);
  };
  return {
    cpuModel: cpus()[0]?.model ?? 'unknown',
    accelerator: { virtual: 'tcg,icount', wall: wall.kind === 'kvm' ? 'kvm' : 'tcg,thread=multi' },
    qemuVersion: await qemuVersion(),
    memoryPath: 'guest RAM',
    kernelBase: metadata.version,
    qemuFlags: { virtual: flags('virtual'), wall: flags('wall') },
    compiler: metadata.toolchain.gcc,
    configHash: metadata.configSha256,
    rootHash: hashOf(reference.root.packages),
  } satisfies Testbed;
}

const cpuFlag = (flags: readonly string[]) => flags[flags.indexOf('-cpu') + 1] ?? 'unknown';

async function osName(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? 'unknown';
}
