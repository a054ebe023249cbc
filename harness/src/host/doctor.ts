import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { type AcceleratorChoice, accelerator } from './accelerator.ts';
import { packageOrigins } from './apt.ts';
import { cacheRoot } from './cache.ts';
import { type Inspection, inspect } from './inspect.ts';
import type { Progress } from './progress.ts';
import type { Requirement } from './requirements.ts';
import { freeDiskBytes, type System, system } from './system.ts';

/** A property of the machine that no package provides. */
export interface Condition {
  name: string;
  ok: boolean;
  found: string;
  needed: string;
  fix: string;
}

/** A group of commands and their requirements. */
export interface Need {
  /** Its name in the table. */
  name: string;
  /** Its commands. */
  commands: string;
  requirements: readonly Requirement[];
}

export interface Examination {
  system: System;
  needs: { need: Need; findings: Inspection[] }[];
  conditions: Condition[];
  cache: { dir: string; sizeBytes: number };
  /** Undefined while there is no QEMU to try with. */
  accelerator: AcceleratorChoice | undefined;
}

/** Checks everything that zerohop needs on this machine. Changes nothing. */
export async function examine(needs: readonly Need[], progress: Progress): Promise<Examination> {
  progress({ what: 'tools of this machine' });
  const machine = await system();
  const met = await Promise.all(
    needs.map(async (need) => ({ need, findings: await inspect(need.requirements) })),
  );
  const hasQemu = met
    .flatMap(({ findings }) => findings)
    .some(({ requirement, status }) => requirement.name === 'QEMU' && status === 'ok');
  progress({ what: 'size of the cache' });
  const cache = { dir: cacheRoot(), sizeBytes: await sizeBytes(cacheRoot()) };
  progress({ what: 'accelerator' });
  return {
    system: machine,
    needs: met,
    cache,
    conditions: [
      platform(machine),
      mirror(machine, await packageOrigins()),
      memory(machine),
      await disk(cache),
    ],
    accelerator: hasQemu ? await accelerator() : undefined,
  };
}

const gib = 2 ** 30;
/** For the linker and pahole at the end of a kernel build, and for two hosts and the harness. */
const neededMemoryGib = 4;
/** For kernel source, build, ccache, root filesystem and bundles. */
const neededDiskGib = 10;

function platform({ arch, distribution }: System): Condition {
  return {
    name: 'platform',
    ok: process.platform === 'linux' && arch === 'x64',
    found: `${process.platform} ${arch}, ${distribution}`,
    needed: 'linux x64',
    fix: 'use an x86-64 machine with Debian',
  };
}

/** The kernel's source and netperf always come from Debian. */
export function mirror(
  { distribution }: Pick<System, 'distribution'>,
  origins: readonly string[],
): Condition {
  return {
    name: 'packages',
    ok: origins.length > 0 ? origins.includes('Debian') : distribution.startsWith('Debian'),
    found: origins.join(', ') || `${distribution}, whose lists are not read yet`,
    needed: 'a Debian mirror',
    fix: "add a Debian mirror that has bookworm to apt's sources, and install debian-archive-keyring",
  };
}

function memory({ memoryBytes }: System): Condition {
  return {
    name: 'memory',
    // A part of a machine's nominal memory is reserved.
    ok: memoryBytes >= neededMemoryGib * gib * 0.9,
    found: `${(memoryBytes / gib).toFixed(1)} GiB`,
    needed: `${neededMemoryGib} GiB`,
    fix: 'use a machine with more memory',
  };
}

async function disk({ dir, sizeBytes: used }: Examination['cache']): Promise<Condition> {
  const free = await freeDiskBytes(dir);
  const held = used > 0.1 * gib ? `, ${(used / gib).toFixed(1)} in the cache` : '';
  return {
    name: 'disk',
    ok: free + used >= neededDiskGib * gib,
    found: `${(free / gib).toFixed(1)} GiB free${held}`,
    needed: `${neededDiskGib} GiB in all`,
    fix: 'free some space, or point ZEROHOP_CACHE at a larger disk',
  };
}

async function sizeBytes(dir: string): Promise<number> {
  if (!existsSync(dir)) return 0;
  const { stdout } = await execa('du', ['-sk', dir], { reject: false });
  return Number(stdout.split('\t')[0]) * 1024;
}
