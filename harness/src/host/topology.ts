import { readFile } from 'node:fs/promises';

export interface Core {
  /** The numbers of its CPUs that this process may use: one, or its hardware threads. */
  cpus: readonly number[];
}

/** The physical cores that this process may use. */
export async function cores(): Promise<Core[]> {
  const bySiblings = new Map<string, number[]>();
  for (const cpu of await allowedCpus()) {
    const siblings = await siblingsOf(cpu);
    bySiblings.set(siblings, [...(bySiblings.get(siblings) ?? []), cpu]);
  }
  return [...bySiblings.values()].map((cpus) => ({ cpus }));
}

/** CPUs in the order in which to pin vCPUs: two vCPUs share a core only when no core is left. */
export function pinOrder(all: readonly Core[]): number[] {
  const threads = Math.max(0, ...all.map(({ cpus }) => cpus.length));
  return Array.from({ length: threads }, (_, thread) =>
    all.flatMap(({ cpus }) => cpus.slice(thread, thread + 1)),
  ).flat();
}

/** Parses the kernel's format for lists of CPUs, "0-2,5". */
export function parseCpuList(list: string): number[] {
  if (list.trim() === '') return [];
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

async function allowedCpus(): Promise<number[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  return parseCpuList(/Cpus_allowed_list:\s*(\S+)/.exec(status)?.[1] ?? '');
}

async function siblingsOf(cpu: number): Promise<string> {
  const file = `/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
  return (await readFile(file, 'utf8').catch(() => `${cpu}`)).trim();
}
