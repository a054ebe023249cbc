import type { BuildOptions } from '../host/context.ts';
import { Failure, NotBuilt } from '../host/failure.ts';
import { isOlder } from '../host/inspect.ts';
import { qemuVersion } from '../host/tool-version.ts';
import { buildQemu } from './qemu-build.ts';

/** Since 11.1 a window that does not interleave is memory in stock QEMU too. */
const straightSince = '11.1';

const onThePath = 'qemu-system-x86_64';

export interface ChosenQemu {
  path: string;
  /** Whether its CXL windows are memory. */
  straight: boolean;
  /** Without our patches. */
  stock: boolean;
  why?: string;
}

/**
 * A QEMU whose CXL windows are memory: this machine's own, if it is new enough, else ours. Where ours cannot be built,
 * this machine's own with `straight: false`, and why.
 */
export async function straightQemu(options: BuildOptions = {}): Promise<ChosenQemu> {
  const version = await versionHere();
  if (version !== undefined && isStraight(version)) return { path: onThePath, straight: true, stock: true };
  try {
    return { path: await buildQemu(options), straight: true, stock: false };
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof NotBuilt || error.kind !== 'infra') throw error;
    options.signal?.throwIfAborted();
    return { path: onThePath, straight: false, stock: true, why: error.message };
  }
}

/** The QEMU with our patches: lockstep is one of them. */
export async function ourQemu(options: BuildOptions = {}): Promise<ChosenQemu> {
  return { path: await buildQemu(options), straight: true, stock: false };
}

export function isStraight(version: string): boolean {
  return !isOlder(version, straightSince);
}

/** Undefined where this machine has no QEMU. */
async function versionHere(): Promise<string | undefined> {
  return qemuVersion(onThePath).catch(() => undefined);
}
