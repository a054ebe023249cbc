import type { Readable } from 'node:stream';
import type { Clock } from '../host/clock.ts';
import type { FailureKind } from '../host/failure.ts';

/** A directory of this machine seen inside a host over 9p. */
export interface Share {
  hostDir: string;
  guestDir: string;
  writable: boolean;
}

/** Everything that decides how one host boots. The seed feeds everything random in it. */
export interface HostSpec {
  /** "h0", "h1"...: the prefix of its messages, and its host name. */
  name: string;
  /** A bzImage. */
  kernelImage: string;
  /** An initramfs, made by root.ts. */
  rootImage: string;
  cpus: number;
  memoryMb: number;
  clock: Clock;
  /** Idle vCPUs halt (the kernel's default) or poll. The virtual clock ignores `poll`. */
  idle: 'default' | 'poll';
  seed: number;
  /** Appended to the kernel's command line. */
  append: readonly string[];
  shares: readonly Share[];
  /** Further QEMU arguments: devices of a fabric, a TCG plugin. */
  qemuArgs: readonly string[];
  /** Environment of every command: HOST_INDEX, HOST_COUNT, the user's --env. */
  env: Readonly<Record<string, string>>;
  /** The folder of this host's console.log and qemu.log. */
  logDir: string;
  bootTimeoutMs: number;
  /** A guest that is silent for this long is pinged; if it stays silent for as long again, it counts as hung. */
  silenceMs?: number;
  /** Waits at the first instruction for a debugger, on a port that QEMU chooses. */
  gdb?: boolean;
  /** The vCPUs are not pinned: set for all hosts of a cluster if there are too few cores for them. */
  unpinned?: boolean;
  /** Never use KVM: the host's fabric needs emulated instructions. */
  emulate?: boolean;
  /** An emulated CPU says that it is one of Intel's. */
  intel?: boolean;
  /** QEMU to use; qemu-system-x86_64 of the PATH if absent. */
  qemu?: string;
}

/**
 * The explorer's hosts have no more, and a test boots `npm run guest` with it. With 119 MiB nothing would be left to start
 * a program in: a kernel takes 31 MiB from 16 MiB on while it unpacks itself, and the root takes 36 MiB twice, packed and
 * as files.
 */
export const leastMemoryMb = 256;

/** The defaults of a spec: one host on the wall clock, with nothing added. */
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

/** Takes a chunk of output. If it returns a promise, the stream pauses until the promise settles. */
export type Consumer = (chunk: Buffer) => void | Promise<void>;

export interface RunOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  stdin?: Uint8Array | Readable;
  /** After this long the command is killed, and the result has `timedOut`. */
  timeoutMs?: number;
  /** Without a consumer, output is collected in the result. */
  onStdout?: Consumer;
  onStderr?: Consumer;
  /** Runs on a terminal of this size; its output is all stdout. */
  terminal?: { rows: number; columns: number };
  signal?: AbortSignal;
}

/** A command that has to succeed: its name in the Failure otherwise, and the Failure's kind. */
export interface Demand {
  what?: string;
  kind?: FailureKind;
}

/** How the command itself ended. A panic, a hang or a failure of the harness is thrown as a Failure of its kind. */
export interface RunResult {
  /** Exit status, 128+n for a signal. */
  status: number;
  timedOut: boolean;
  stdout: Buffer;
  stderr: Buffer;
}
