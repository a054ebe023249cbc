import { readSync } from 'node:fs';
import { type MemoryFile, memoryFile } from './memory-file.ts';

/** How long a host runs before another may, in the order of QEMU's numbers (accel/tcg/lockstep-page.h). */
export const distributions = ['uniform', 'log', 'pct', 'stall', 'starve'] as const;

/** The order in which hosts on one virtual clock run is drawn from this. */
export interface Schedule {
  seed: number;
  /** How far one host may be ahead of another; twice that at most. */
  quantumNs: number;
  distribution: (typeof distributions)[number];
}

/** How the shared memory behaves; without it, every access is seen at once and takes no longer than another. */
export interface MemoryBehaviour {
  /** How many stores of a vCPU others may not see yet: total store order. */
  storeBuffer: number;
  /** How much longer an access takes; of memory that is not coherent, a line that is fetched or written back. */
  farNs: number;
  /** A host has copies of lines, which others see when they are flushed or evicted; not with a store buffer. */
  nonCoherent?: boolean;
}

export interface LockstepRequest {
  hosts: number;
  schedule: Schedule;
  memory?: MemoryBehaviour;
  /** A line a turn into FOLDER/trace0, trace1...; of one seed's rounds, or of all. */
  trace?: { folder: string; seed?: number };
  /** A host whose power fails at an instant of the virtual clock. */
  killAt?: { host: number; ns: number };
}

export const mostStores = 64;
export const mostFarNs = 1_000_000;

export const mostQuantumNs = 1_000_000_000;

export const defaultSchedule: Schedule = { seed: 1, quantumNs: 100_000, distribution: 'uniform' };

/** QEMU's object that keeps a host in lockstep. */
export const lockstepObject = 'lockstep0';

/** Several hosts on one virtual clock: one runs at a time, in an order that the schedule draws (docs/lockstep.md). */
export interface Lockstep {
  schedule: Schedule;
  isCoherent: boolean;
  /** QEMU's arguments for one of the hosts. */
  argumentsOf(index: number): string[];
  turns(): Turns;
  close(): void;
}

/** Turns since the last barrier, and a hash of each turn's host, clock and registers: equal for equal runs. */
export interface Turns {
  /** That the turns are drawn from: the last barrier's. */
  seed: number;
  /** The virtual clock, where the turn that runs ends. */
  ns: number;
  slices: number;
  hash: string;
  /** How many barriers there were. */
  rounds: number;
}

export function startLockstep(request: LockstepRequest): Lockstep {
  const { hosts, schedule, memory } = request;
  const page = memoryFile(pageBytes);
  const common = [drawn(schedule), ...(memory === undefined ? [] : [behaving(memory)])].join();
  return {
    schedule,
    isCoherent: memory?.nonCoherent !== true,
    argumentsOf: (index) => [
      '-object',
      [`lockstep,id=${lockstepObject},mem-path=${page.path},host=${index},hosts=${hosts},${common}`]
        .concat(observing(request, index))
        .join(),
    ],
    turns: () => turnsOf(page),
    close: () => page.close(),
  };
}

function drawn({ seed, quantumNs, distribution }: Schedule): string {
  return `seed=${seed},quantum=${quantumNs},distribution=${distributions.indexOf(distribution)}`;
}

/** The backend is the one of devices.ts. */
function behaving({ storeBuffer, farNs, nonCoherent = false }: MemoryBehaviour): string {
  const coherence = nonCoherent ? ',non-coherent=on' : '';
  return `memdev=fabric0,store-buffer=${storeBuffer},access-ns=${farNs}${coherence}`;
}

/** Options that do not change the run (a trace), and the death that ends one host. */
function observing({ trace, killAt }: LockstepRequest, index: number): string[] {
  return [
    ...(trace === undefined ? [] : [`trace=${tracePath(trace.folder, index)},trace-seed=${trace.seed ?? 0}`]),
    ...(killAt?.host === index ? [`kill-at=${killAt.ns}`] : []),
  ];
}

export function tracePath(folder: string, index: number): string {
  return `${folder}/trace${index}`;
}

/** struct lockstep_page of the QEMU series. */
const pageBytes = 4096;
const at = { ns: 8, seed: 24, slices: 48, hash: 56, rounds: 64 };

function turnsOf({ fd }: MemoryFile): Turns {
  const page = Buffer.alloc(at.rounds + 8);
  readSync(fd, page, 0, page.length, 0);
  const [ns = 0n, seed = 0n, slices = 0n, hash = 0n, rounds = 0n] = Object.values(at).map((offset) =>
    page.readBigUInt64LE(offset),
  );
  const whole = { ns: Number(ns), seed: Number(seed), slices: Number(slices), rounds: Number(rounds) };
  return { ...whole, hash: hash.toString(16) };
}
