import { testRequirements } from './test-requirements.ts';

/**
 * The purposes of requirements: booting hosts with guest programs, building a kernel, making an artifact, executing
 * notebooks, testing zerohop itself. A command ensures only the requirements of its own purposes.
 */
export const purposes = ['guest', 'kernel', 'artifact', 'notebook', 'test'] as const;
export type Purpose = (typeof purposes)[number];

/** Something that this machine must have, and the Debian package that provides it. */
export interface Requirement {
  name: string;
  package: string;
  why: string;
  purposes: readonly Purpose[];
  /** A command that must run... */
  command?: string;
  /** ...or files that must exist, for libraries and headers. */
  files?: readonly string[];
  /** The oldest sufficient version. */
  atLeast?: string;
  /** Makes the command print its version and exit with 0; the default is --version. */
  versionFlag?: string;
}

const headers = '/usr/include';
const libraries = '/usr/lib/x86_64-linux-gnu';

export const requirements: readonly Requirement[] = [
  {
    name: 'QEMU',
    command: 'qemu-system-x86_64',
    atLeast: '7.2',
    package: 'qemu-system-x86',
    why: 'boots the hosts',
    purposes: ['guest'],
  },
  {
    name: 'git',
    command: 'git',
    package: 'git',
    why: 'patches the kernel source, names the commit of a run',
    purposes: ['guest', 'kernel'],
  },
  {
    name: 'gcc',
    command: 'gcc',
    atLeast: '10',
    versionFlag: '-dumpfullversion',
    package: 'gcc',
    why: 'builds the kernel and the guest programs',
    purposes: ['kernel', 'guest'],
  },
  {
    name: 'C library',
    files: [`${headers}/stdio.h`, `${libraries}/libc.a`],
    package: 'libc6-dev',
    why: 'headers, and the archive that static guest programs link',
    purposes: ['kernel', 'guest'],
  },
  {
    name: 'make',
    command: 'make',
    atLeast: '4.0',
    package: 'make',
    why: 'builds the kernel and the guest programs',
    purposes: ['kernel', 'guest'],
  },
  { name: 'flex', command: 'flex', package: 'flex', why: 'kernel: Kconfig', purposes: ['kernel'] },
  { name: 'bison', command: 'bison', package: 'bison', why: 'kernel: Kconfig', purposes: ['kernel'] },
  { name: 'bc', command: 'bc', package: 'bc', why: 'kernel: time constants', purposes: ['kernel'] },
  {
    name: 'python',
    command: 'python3',
    package: 'python3',
    why: 'kernel: helper definitions of its own libbpf',
    purposes: ['kernel'],
  },
  {
    name: 'libelf',
    files: [`${headers}/libelf.h`, `${libraries}/libelf.a`],
    package: 'libelf-dev',
    why: 'kernel: objtool; BPF loaders',
    purposes: ['kernel', 'guest'],
  },
  {
    name: 'pahole',
    command: 'pahole',
    atLeast: '1.24',
    package: 'dwarves',
    why: "the kernel's BTF",
    purposes: ['kernel'],
  },
  {
    name: 'ccache',
    command: 'ccache',
    package: 'ccache',
    why: 'a second kernel build in minutes',
    purposes: ['kernel'],
  },
  {
    name: 'xz',
    command: 'xz',
    package: 'xz-utils',
    why: 'unpacks the kernel source',
    purposes: ['kernel'],
  },
  { name: 'lz4', command: 'lz4', package: 'lz4', why: 'compresses the kernel image', purposes: ['kernel'] },
  { name: 'kmod', command: 'depmod', package: 'kmod', why: 'indexes kernel modules', purposes: ['kernel'] },
  {
    name: 'zstd',
    command: 'zstd',
    package: 'zstd',
    why: 'packs and unpacks kernel bundles, and artifacts',
    purposes: ['kernel', 'artifact'],
  },
  {
    name: 'rsvg',
    command: 'rsvg-convert',
    package: 'librsvg2-bin',
    why: "an artifact's figures as PDF",
    purposes: ['artifact'],
  },
  {
    name: 'nbconvert',
    command: 'jupyter-nbconvert',
    package: 'jupyter-nbconvert',
    why: 'executes notebooks',
    purposes: ['notebook'],
  },
  {
    name: 'clang',
    command: 'clang',
    atLeast: '14',
    package: 'clang',
    why: 'compiles BPF programs',
    purposes: ['guest'],
  },
  {
    name: 'bpftool',
    command: 'bpftool',
    atLeast: '7.0',
    package: 'bpftool',
    why: "kernel types and loaders' skeletons for BPF programs",
    purposes: ['guest'],
  },
  {
    name: 'libbpf',
    files: [`${headers}/bpf/libbpf.h`, `${libraries}/libbpf.a`],
    package: 'libbpf-dev',
    why: 'BPF loaders',
    purposes: ['guest'],
  },
  {
    name: 'zlib',
    files: [`${headers}/zlib.h`, `${libraries}/libz.a`],
    package: 'zlib1g-dev',
    why: 'BPF loaders',
    purposes: ['guest'],
  },
  ...testRequirements,
];

export function requirementsFor(wanted: readonly Purpose[]): Requirement[] {
  return requirements.filter(({ purposes: served }) => served.some((purpose) => wanted.includes(purpose)));
}
