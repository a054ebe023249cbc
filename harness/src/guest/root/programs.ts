import { join } from 'node:path';
import { execa } from 'execa';
import { built } from '../../host/built.ts';
import { checkoutRoot } from '../../host/cache.ts';
import { Failure } from '../../host/failure.ts';

/** Builds harness/guest and returns the folder of its static programs. */
export async function buildGuestPrograms(): Promise<string> {
  const dir = join(checkoutRoot(), 'harness/guest');
  return join(await built({ kind: 'guest-programs', dir }), 'bin');
}

/** Builds the tools of DaxFS and returns the folder of its static programs. */
export async function buildDaxfsPrograms(): Promise<string> {
  const dir = join(checkoutRoot(), 'kernel-patches/daxfs');
  return join(await built({ kind: 'daxfs-programs', dir }), 'bin');
}

/** Builds bpf/ for the types of one kernel and returns the folder of its loaders. */
export async function buildBpfPrograms(types: string): Promise<string> {
  const dir = join(checkoutRoot(), 'bpf');
  const input = { variable: 'VMLINUX_H', name: 'vmlinux.h', text: await kernelTypes(types) };
  return join(await built({ kind: 'bpf-programs', dir, compilers: ['cc', 'clang'], input }), 'bin');
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
