import { join } from 'node:path';
import { execa } from 'execa';
import { built } from '../../host/built.ts';
import { checkoutRoot } from '../../host/cache.ts';
import type { BuildOptions } from '../../host/context.ts';
import { Failure } from '../../host/failure.ts';

type Options = Pick<BuildOptions, 'onlyIfBuilt'>;

/** Builds harness/guest and returns the folder of its static programs. */
export async function buildGuestPrograms(options: Options = {}): Promise<string> {
  const dir = join(checkoutRoot(), 'harness/guest');
  return join(await built({ kind: 'guest-programs', dir }, options), 'bin');
}

/** Builds the tools of DaxFS and returns the folder of its static programs. */
export async function buildDaxfsPrograms(options: Options = {}): Promise<string> {
  const dir = join(checkoutRoot(), 'kernel-patches/daxfs');
  return join(await built({ kind: 'daxfs-programs', dir }, options), 'bin');
}

/** Builds bpf/ for the types of one kernel and returns the folder of its loaders. */
export async function buildBpfPrograms(types: string, options: Options = {}): Promise<string> {
  const dir = join(checkoutRoot(), 'bpf');
  const input = { variable: 'VMLINUX_H', name: 'vmlinux.h', text: await kernelTypes(types) };
  const sources = { kind: 'bpf-programs', dir, compilers: ['cc', 'clang'], input };
  return join(await built(sources, options), 'bin');
}

/** The kernel's types as a C header. Two kernels that differ only in code share their BPF programs. */
async function kernelTypes(btf: string): Promise<string> {
  const args = ['btf', 'dump', 'file', btf, 'format', 'c'];
  const result = await execa('bpftool', args, { reject: false, maxBuffer: 64 * 2 ** 20 });
  if (result.failed)
    throw new Failure('infra', `the types of ${btf} cannot be read: ${result.stderr || result.message}`, {
      next: 'run `npm run doctor`; build a vmlinux without BTF again with `npm run kernel -- build`',
    });
  return result.stdout;
}
