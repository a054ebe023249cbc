import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { attached } from '../../../src/fabric/fabric.ts';
import { startFabric } from '../../../src/fabric/fabrics.ts';
import type { MemoryBehaviour, Schedule, Turns } from '../../../src/fabric/lockstep.ts';
import { consoleLog, qemuArguments } from '../../../src/guest/qemu.ts';
import { writeCpio } from '../../../src/guest/root/cpio.ts';
import { withParentDeathSignal } from '../../../src/host/parent-death.ts';
import { testSpec } from '../test-host.ts';

const sizeBytes = 256 * 2 ** 20;
/** Less than a test's time limit, so that no host outlives it. */
const limitMs = 240_000;

export interface Play {
  schedule: Schedule;
  /** One after the other, on every host. */
  commands: readonly string[];
  cpus?: number;
  /** Other processes want this machine's cores meanwhile. */
  loaded?: boolean;
  memory?: MemoryBehaviour;
}

export interface Played {
  turns: Turns;
  /** Of the shared memory, and of each host's own. */
  memory: string;
  ram: string[];
  /** What host 0's commands said. */
  said: Record<string, unknown>[];
}

/** Two hosts that nothing from outside takes part in: what they do is in their root filesystem. */
export async function play({ schedule, commands, cpus = 1, loaded = false, memory }: Play): Promise<Played> {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-lockstep-'));
  await using fabric = await startFabric({
    kind: 'shm',
    sizeBytes,
    lockstep: { hosts: 2, schedule, ...(memory && { memory }) },
  });
  const load = loaded ? busy() : [];
  try {
    const specs = await Promise.all([0, 1].map((index) => specOf(dir, index, cpus, commands)));
    const hosts = specs.map((spec, index) => attached(fabric, spec, index));
    await Promise.all(
      hosts.map((spec) => {
        const line = [spec.qemu as string, ...qemuArguments(spec, { kind: 'tcg' })];
        const [program, ...args] = withParentDeathSignal(line);
        return execa(program, args, {
          stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
          timeout: limitMs,
          killSignal: 'SIGKILL',
        });
      }),
    );
    const shared = /mem-path=([^,]+)/.exec(hosts[0]?.qemuArgs.join(' ') ?? '')?.[1] ?? '';
    const lines = (await readFile(consoleLog(specs[0] as { logDir: string }), 'utf8')).split('\n');
    return {
      turns: fabric.lockstep?.turns() as Turns,
      memory: await hashOf(shared),
      ram: await Promise.all(specs.map(({ logDir }) => hashOf(`${logDir}/ram`))),
      said: lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)),
    };
  } finally {
    for (const child of load) child.kill('SIGKILL');
    await rm(dir, { recursive: true });
  }
}

async function specOf(dir: string, index: number, cpus: number, commands: readonly string[]) {
  const spec = await testSpec({ name: `h${index}`, clock: 'virtual', cpus, memoryMb: 256, seed: index + 1 });
  await rm(spec.logDir, { recursive: true, force: true });
  const script = [
    '#!/bin/sh',
    'mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev',
    `zerohop-cxl up ${sizeBytes} >/dev/null`,
    ...commands.map((command) => `${command} >/dev/ttyS0 2>&1`),
    'poweroff -f',
  ].join('\n');
  const own = writeCpio([{ kind: 'file', path: 'play', mode: 0o755, data: Buffer.from(`${script}\n`) }]);
  const rootImage = join(dir, `root${index}`);
  await writeFile(rootImage, Buffer.concat([await readFile(spec.rootImage), own]));
  const ram = `memory-backend-file,id=ram,size=256M,share=on,mem-path=${dir}/h${index}/ram`;
  return {
    ...spec,
    rootImage,
    logDir: await newFolder(join(dir, `h${index}`)),
    append: ['rdinit=/play', `HOST_INDEX=${index}`, 'HOST_COUNT=2'],
    qemuArgs: ['-object', ram, '-machine', 'memory-backend=ram'],
  };
}

async function newFolder(dir: string): Promise<string> {
  await execa('mkdir', ['-p', dir]);
  return dir;
}

function busy(): ChildProcess[] {
  return Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
