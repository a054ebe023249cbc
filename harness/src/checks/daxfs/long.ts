import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { raiseHosts } from '../../fabric/raise.ts';
import { newLogFolder } from '../../guest/log-folder.ts';
import { buildRoot } from '../../guest/root/root.ts';
import { spareMemory } from '../../guest/spare-memory.ts';
import { plainHost } from '../../guest/spec.ts';
import type { Context } from '../../host/context.ts';
import { patchRoot } from '../../kernel/patches.ts';
import { resolveKernel } from '../../kernel/resolve.ts';
import { type PartResult, together } from '../part-result.ts';
import { powerCuts } from './power-cut.ts';
import { daxfsSuite } from './suite.ts';

/** The core in user space: one interruption more than `npm test`, twenty times its rounds, a million images. */
const core: readonly (readonly string[])[] = [
  ['search', 'DEEPER=1'],
  ['stress', 'ROUNDS=20000'],
  ['fuzz', 'RUNS=1000000'],
];

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);
const races = 20;
const powerCutCount = 100;

/** The long forms of what `npm test` does of DaxFS in short. */
export async function daxfs(context: Context): Promise<PartResult> {
  return together([
    await coreForLong(context),
    await oneHost(context),
    await twoHosts(context),
    await cuts(context),
  ]);
}

async function coreForLong({ progress, signal }: Context): Promise<PartResult> {
  const out = await mkdtemp(join(tmpdir(), 'zerohop-daxfs-'));
  const findings: string[] = [];
  try {
    for (const arguments_ of core) {
      progress({ what: `the core of DaxFS: ${arguments_.join(' ')}` });
      const argv = ['-s', '-C', join(patchRoot(), 'test/daxfs'), `OUT=${out}`, ...arguments_];
      const { exitCode, all } = await execa('make', argv, { reject: false, all: true, cancelSignal: signal });
      if (exitCode !== 0) findings.push(`${arguments_.join(' ')}: ${all.split('\n').slice(-20).join('\n')}`);
    }
  } finally {
    await rm(out, { recursive: true });
  }
  return { findings, figures: { 'of the core': core.map(([name]) => name).join(', ') } };
}

async function oneHost(context: Context): Promise<PartResult> {
  context.progress({ what: 'DaxFS on one host' });
  const kernel = await resolveKernel(undefined, context);
  const size = { seeds, operations: 20_000, loops: 2000, stormMs: 20_000, images: 5000 };
  const findings = await daxfsSuite(kernel, { memoryMb: 1024, size, signal: context.signal });
  return { findings, figures: { 'random operations': seeds.length * size.operations } };
}

async function twoHosts(context: Context): Promise<PartResult> {
  context.progress({ what: 'DaxFS on two hosts' });
  await using cluster = await raised(context);
  const everywhere = (script: string) =>
    Promise.all(cluster.hosts.map((host) => host.must(['sh', '-ec', script], { timeoutMs: 3_600_000 })));
  const findings: string[] = [];
  await everywhere('daxfs-demo');
  await everywhere('mount.daxfs /dev/dax0.0 /mnt/daxfs');
  for (let round = 0; round < races; round++) {
    const dir = `/mnt/daxfs/race-${round}`;
    const results = await everywhere(
      `mkdir -p ${dir}; zerohop-daxfs race ${dir} $HOST_INDEX $HOST_COUNT | grep -v ': ok$' || true`,
    );
    findings.push(...results.map(({ stdout }) => stdout.toString().trim()).filter((text) => text !== ''));
  }
  await everywhere('umount /mnt/daxfs');
  const [first] = cluster.hosts;
  const check = await first?.run(['fsck.daxfs', '-n', '/dev/dax0.0'], { timeoutMs: 600_000 });
  if (check?.status !== 0) findings.push(`after ${races} races: ${check?.stdout}`);
  return { findings, figures: { races } };
}

async function cuts(context: Context): Promise<PartResult> {
  context.progress({ what: 'DaxFS while the power is cut' });
  await using cluster = await raised(context);
  return {
    findings: await powerCuts(cluster.hosts, powerCutCount),
    figures: { 'power cuts': powerCutCount },
  };
}

/** Two hosts, each with memory of its own beside what they share. */
async function raised(context: Context) {
  const { image } = await resolveKernel(undefined, context);
  const root = await buildRoot(['daxfs']);
  const logDir = await newLogFolder();
  const specs = [0, 1].map((index) => ({
    ...plainHost,
    ...{ name: `h${index}`, logDir: `${logDir}/h${index}`, seed: index + 1 },
    ...{ kernelImage: image, rootImage: root.image, bootTimeoutMs: 300_000 },
    ...spareMemory({ memoryMb: 512, append: [] }),
  }));
  return raiseHosts({ kind: 'shm', sizeBytes: 256 * 2 ** 20 }, specs, context);
}
