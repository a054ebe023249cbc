import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { consoleLog, qemuArguments } from '../guest/qemu.ts';
import { writeCpio } from '../guest/root/cpio.ts';
import type { HostSpec, RunResult } from '../guest/spec.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { withParentDeathSignal } from '../host/parent-death.ts';
import { attached, type Fabric } from './fabric.ts';
import { startFabric } from './fabrics.ts';
import { type Lockstep, type LockstepRequest, type Turns, tracePath } from './lockstep.ts';

/** Hosts in lockstep that nothing from outside takes part in: what they do is in their root filesystems. */
export interface PlayRequest {
  /** All hosts. */
  specs: readonly HostSpec[];
  sizeBytes: number;
  lockstep: Omit<LockstepRequest, 'hosts' | 'trace'>;
  /** The seed whose rounds are traced; 0 traces everything. A trace does not change the run. */
  traceSeed?: number;
  /** A host's lines of a shell, which are executed one after the other. */
  commandsOf: (host: number) => readonly string[];
  /** Called ten times a second with what the scheduler knows and host 0 said; ends the play if it returns true. */
  onTurns?: (turns: Turns, said: () => string) => boolean;
}

export interface Played {
  turns: Turns;
  /** The output of each host's commands, by the order of the hosts. */
  outputs: readonly string[];
  /** Their traces, if there are any. */
  traces: readonly string[];
}

/** Plays until every host has powered itself off. A run is repeated by its request, to the bit. */
export async function play(
  request: PlayRequest,
  { signal, progress }: Partial<Context> = {},
  /** While the memory is still there, and the hosts are not. */
  inspect: (hosts: readonly HostSpec[]) => Promise<void> = async () => {},
): Promise<Played> {
  const { specs, sizeBytes, lockstep, traceSeed } = request;
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-play-'));
  try {
    const trace = traceSeed === undefined ? {} : { trace: { folder: dir, seed: traceSeed } };
    const wanted = { kind: 'shm', sizeBytes, lockstep: { ...lockstep, ...trace, hosts: specs.length } };
    await using fabric = await startFabric(wanted, {
      ...(signal && { signal }),
      ...(progress && { progress }),
    });
    const hosts = await Promise.all(
      specs.map((spec, index) => scripted(attached(fabric, spec, index), dir, index, request)),
    );
    await run(hosts, fabric, request, dir, signal);
    await inspect(hosts);
    const outputs = hosts.map((_, index) => outputOf(dir, index));
    const traced = traceSeed === undefined ? [] : hosts.map((_, index) => tracePath(dir, index));
    return {
      turns: (fabric.lockstep as Lockstep).turns(),
      outputs,
      traces: await Promise.all(traced.map(beginningOf)),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Some 400,000 turns. The trace of a round that does not end would fill the memory. */
const mostTraceBytes = 32 * 2 ** 20;

async function beginningOf(path: string): Promise<string> {
  await using file = await open(path);
  const bytes = Math.min((await file.stat()).size, mostTraceBytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
  return buffer.toString('latin1', 0, bytesRead);
}

/** A host's commands, as its output says that they ended. */
export function endsOf(output: string): RunResult[] {
  const parts = output.split(/^status (\d+)\n/m);
  return Array.from({ length: Math.floor(parts.length / 2) }, (_, at) => ({
    status: Number(parts[2 * at + 1]),
    timedOut: false,
    stdout: Buffer.from(parts[2 * at] ?? ''),
    stderr: Buffer.of(),
  }));
}

async function scripted(
  spec: HostSpec,
  dir: string,
  index: number,
  { specs, sizeBytes, commandsOf }: PlayRequest,
): Promise<HostSpec> {
  const script = [
    '#!/bin/sh',
    'mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev',
    `zerohop-cxl up ${sizeBytes} >/dev/null`,
    ...commandsOf(index).map((command) => `{ ${command}; echo status $?; } >/dev/ttyS1 2>&1`),
    'poweroff -f',
  ].join('\n');
  const own = writeCpio([{ kind: 'file', path: 'play', mode: 0o755, data: Buffer.from(`${script}\n`) }]);
  const rootImage = join(dir, `root${index}`);
  await writeFile(rootImage, Buffer.concat([await readFile(spec.rootImage), own]));
  await mkdir(spec.logDir, { recursive: true });
  return {
    ...spec,
    rootImage,
    append: ['rdinit=/play', `HOST_INDEX=${index}`, `HOST_COUNT=${specs.length}`, ...spec.append],
    // The second port, so that what the kernel has to say comes in between no lines.
    qemuArgs: [
      ...['-chardev', `file,id=output,path=${outputPath(dir, index)}`, '-serial', 'chardev:output'],
      ...spec.qemuArgs,
    ],
  };
}

function outputPath(dir: string, index: number): string {
  return join(dir, `output${index}`);
}

function outputOf(dir: string, index: number): string {
  return readFileSync(outputPath(dir, index), 'latin1').replaceAll('\r', '');
}

async function run(
  hosts: readonly HostSpec[],
  { lockstep }: Fabric,
  { onTurns = () => false, lockstep: { killAt } }: PlayRequest,
  dir: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const enough = new AbortController();
  const either = AbortSignal.any([enough.signal, ...(signal ? [signal] : [])]);
  const watch = setInterval(() => {
    if (lockstep !== undefined && onTurns(lockstep.turns(), () => outputOf(dir, 0))) enough.abort();
  }, 100);
  try {
    const ends = hosts.map(async (spec, index) => {
      await runOne(spec, either, killAt?.host === index).catch((error) => {
        enough.abort();
        throw error;
      });
    });
    for (const end of await Promise.allSettled(ends)) if (end.status === 'rejected') throw end.reason;
  } finally {
    clearInterval(watch);
  }
  signal?.throwIfAborted();
}

async function runOne(spec: HostSpec, signal: AbortSignal, dies: boolean): Promise<void> {
  const [program, ...args] = withParentDeathSignal([
    spec.qemu as string,
    ...qemuArguments(spec, { kind: 'tcg' }),
  ]);
  const result = await execa(program, args, {
    ...{ stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], reject: false },
    // QEMU writes out what it has of its trace when SIGTERM ends it.
    ...{ cancelSignal: signal, forceKillAfterDelay: 5000 },
  });
  if (!result.failed || signal.aborted || (dies && result.signal === 'SIGKILL')) return;
  throw new Failure('infra', `${spec.name}: QEMU failed: ${result.stderr || result.message}`, {
    log: consoleLog(spec),
    next: 'see the console log',
  });
}
