import { execa } from 'execa';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { buildQemu } from './qemu-build.ts';

/** Since 11.1 a window that does not interleave is memory in stock QEMU too. */
const straightSince = [11, 1];

const onThePath = 'qemu-system-x86_64';

export interface ChosenQemu {
  path: string;
  /** Whether its CXL windows are memory. */
  straight: boolean;
  why?: string;
}

/**
 * A QEMU whose CXL windows are memory: this machine's own, if it is new enough, else ours. Where ours cannot be built,
 * this machine's own with `straight: false`, and why.
 */
export async function straightQemu(context: Partial<Context> = {}): Promise<ChosenQemu> {
  if (isStraight(await versionOf(onThePath))) return { path: onThePath, straight: true };
  try {
    return { path: await buildQemu(context), straight: true };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'infra') throw error;
    context.signal?.throwIfAborted();
    return { path: onThePath, straight: false, why: error.message };
  }
}

export function isStraight([major, minor]: readonly [number, number]): boolean {
  const [sinceMajor = 0, sinceMinor = 0] = straightSince;
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

async function versionOf(qemu: string): Promise<readonly [number, number]> {
  const { stdout = '' } = await execa(qemu, ['--version'], { reject: false });
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(String(stdout)) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}
