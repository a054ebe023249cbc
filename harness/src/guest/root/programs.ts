import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkoutRoot, hashOf, materialise } from '../../host/cache.ts';
import { Failure } from '../../host/failure.ts';

/** Builds harness/guest and gives the folder of its static programs. */
export async function buildGuestPrograms(): Promise<string> {
  const source = join(checkoutRoot(), 'harness/guest');
  const key = hashOf({ sources: await hashFolder(source), compiler: await firstLine('cc', '--version') });
  const entry = await materialise('guest-programs', key, (dir) => make(source, [`OUT=${dir}`]));
  return join(entry, 'bin');
}

/** Builds bpf/ against the types of one kernel and gives the folder of its loaders. */
export async function buildBpfPrograms(vmlinux: string): Promise<string> {
  const source = join(checkoutRoot(), 'bpf');
  const types = await kernelTypes(vmlinux);
  const key = hashOf({
    sources: await hashFolder(source),
    compilers: [await firstLine('cc', '--version'), await firstLine('clang', '--version')],
    types: createHash('sha256').update(types).digest('hex'),
  });
  const entry = await materialise('bpf-programs', key, async (dir) => {
    const header = join(dir, 'vmlinux.h');
    await writeFile(header, types);
    await make(source, [`OUT=${dir}`, `VMLINUX_H=${header}`]);
    await rm(header);
  });
  return join(entry, 'bin');
}

/** The kernel's types as a C header: two kernels that differ in code alone share their BPF programs. */
async function kernelTypes(vmlinux: string): Promise<string> {
  const args = ['btf', 'dump', 'file', vmlinux, 'format', 'c'];
  const result = await execa('bpftool', args, { reject: false, maxBuffer: 64 * 2 ** 20 });
  if (result.failed)
    throw new Failure('infra', `the types of ${vmlinux} cannot be read: ${result.stderr || result.message}`, {
      next: 'run `npm run doctor`; a vmlinux without BTF has to be built anew with `npm run kernel -- build`',
    });
  return result.stdout;
}

async function make(source: string, variables: string[]): Promise<void> {
  const result = await execa('make', ['-C', source, '-j2', ...variables], { reject: false, all: true });
  if (!result.failed) return;
  const lastLines = (result.all || String(result.message)).split('\n').slice(-20).join('\n');
  throw new Failure('infra', `${source} does not build:\n${lastLines}`, {
    next: 'mend the source, or run `npm run doctor` if a tool is missing',
    cause: result,
  });
}

async function hashFolder(dir: string): Promise<string> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const hash = createHash('sha256');
  for (const path of paths.sort()) {
    const content = await readFile(path);
    hash.update(`${path.slice(dir.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function firstLine(command: string, ...args: string[]): Promise<string> {
  const result = await execa(command, args, { reject: false });
  if (result.failed)
    throw new Failure('infra', `${command} does not run: ${result.stderr || result.message}`, {
      next: 'run `npm run doctor`',
    });
  return result.stdout.split('\n')[0] ?? '';
}
