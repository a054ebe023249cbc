import type { Readable } from 'node:stream';
import type { Clock } from '../host/clock.ts';

/** A directory of this machine seen inside a host over 9p. */
export interface Share {
  hostDir: string;
  guestDir: string;
  writable: boolean;
}

/** Everything that decides how one host boots; two boots of one spec differ only in what the seed draws. */
export interface HostSpec {
  /** "h0", "h1"...: names its logs. */
  name: string;
  /** A bzImage. */
  kernelImage: string;
  /** An initramfs, made by root.ts. */
  rootImage: string;
  cpus: number;
  memoryMb: number;
  clock: Clock;
  /** What an idle vCPU does: halt (the kernel's default) or poll. Under the virtual clock always default. */
  idle: 'default' | 'poll';
  seed: number;
  /** Appended to the kernel's command line. */
  append: readonly string[];
  shares: readonly Share[];
  /** Further QEMU arguments: devices of a fabric, a TCG plugin. */
  qemuArgs: readonly string[];
  /** Environment of every command: HOST_INDEX, HOST_COUNT, the user's --env. */
  env: Readonly<Record<string, string>>;
  /** Where console.log and qemu.log of this host are kept. */
  logDir: string;
  bootTimeoutMs: number;
  /** After this long without a sign the guest is asked for one, and after as long again it is given up as hung. */
  silenceMs?: number;
  /** Waits at the first instruction for a debugger on a port of QEMU's choice. */
  gdb?: boolean;
  /** Its vCPUs run wherever there is room: several hosts that do not all find cores of their own. */
  unpinned?: boolean;
  /** Never KVM: something of this host works only where instructions are emulated. */
  emulate?: boolean;
  /** QEMU to use; qemu-system-x86_64 of the PATH if absent. */
  qemu?: string;
}

/** A host of its own on real time, with nothing added: what a spec says where it has no reason to say otherwise. */
export const plainHost = {
  name: 'h0',
  cpus: 2,
  clock: 'wall',
  idle: 'default',
  seed: 1,
  append: [],
  shares: [],
  qemuArgs: [],
  env: {},
  bootTimeoutMs: 120_000,
} as const satisfies Partial<HostSpec>;

/** Takes a chunk of output; a promise holds the stream up until it settles. */
export type Consumer = (chunk: Buffer) => void | Promise<void>;

export interface RunOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  stdin?: Uint8Array | Readable;
  /** Beyond it the command is killed, and the result says so. */
  timeoutMs?: number;
  /** Without them, output is gathered into the result. */
  onStdout?: Consumer;
  onStderr?: Consumer;
  /** Runs on a terminal of this size; its output is all stdout. */
  terminal?: { rows: number; columns: number };
  signal?: AbortSignal;
}

/** The workload's own end. A panic, a hang and our own failure are thrown instead, each as a Failure of its kind. */
export interface RunResult {
  /** Exit status, 128+n for a signal. */
  status: number;
  timedOut: boolean;
  stdout: Buffer;
  stderr: Buffer;
}
