import { readSync } from 'node:fs';
import { type MemoryFile, memoryFile } from './memory-file.ts';

/** How long a host runs before another may, in the order of QEMU's numbers (accel/tcg/lockstep-page.h). */
export const distributions = ['uniform', 'log'] as const;

/** What the order is drawn from in which hosts on one virtual clock run. */
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
  /** How much longer an access takes. */
  farNs: number;
}

export interface LockstepRequest {
  hosts: number;
  schedule: Schedule;
  memory?: MemoryBehaviour;
}

export const mostStores = 64;
export const mostFarNs = 1_000_000;

export const mostQuantumNs = 1_000_000_000;

export const defaultSchedule: Schedule = { seed: 1, quantumNs: 100_000, distribution: 'uniform' };

/** Several hosts on one virtual clock: one runs at a time, in an order that the schedule draws (docs/lockstep.md). */
export interface Lockstep {
  schedule: Schedule;
  /** QEMU's arguments for one of the hosts. */
  argumentsOf(index: number): string[];
  turns(): Turns;
  close(): void;
}

/** Turns since the last barrier, and a hash of each turn's host, clock and registers: equal for equal runs. */
export interface Turns {
  slices: bigint;
  hash: string;
}

export function startLockstep({ hosts, schedule, memory }: LockstepRequest): Lockstep {
  const page = memoryFile(pageBytes);
  const properties = [drawn(schedule), ...(memory === undefined ? [] : [behaving(memory)])].join();
  return {
    schedule,
    argumentsOf: (index) => [
      '-object',
      `lockstep,id=lockstep0,mem-path=${page.path},host=${index},hosts=${hosts},${properties}`,
    ],
    turns: () => turnsOf(page),
    close: () => page.close(),
  };
}

function drawn({ seed, quantumNs, distribution }: Schedule): string {
  return `seed=${seed},quantum=${quantumNs},distribution=${distributions.indexOf(distribution)}`;
}

/** The backend is the one of devices.ts. */
function behaving({ storeBuffer, farNs }: MemoryBehaviour): string {
  return `memdev=fabric0,store-buffer=${storeBuffer},access-ns=${farNs}`;
}

/** struct lockstep_page of the QEMU series. */
const pageBytes = 4096;
const slicesAt = 48;
const hashAt = 56;

function turnsOf({ fd }: MemoryFile): Turns {
  const page = Buffer.alloc(hashAt + 8);
  readSync(fd, page, 0, page.length, 0);
  return { slices: page.readBigUInt64LE(slicesAt), hash: page.readBigUInt64LE(hashAt).toString(16) };
}
