import { readdir, readFile } from 'node:fs/promises';

export interface Process {
  pid: number;
  parent: number;
  name: string;
  /** CPU time of the process and of its reaped children, in clock ticks. */
  ticks: number;
}

/** Every visible process of this machine, from /proc. */
export async function processTable(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.flatMap((stat) => parseStat(stat) ?? []);
}

/** Parses /proc/PID/stat; null if the process has ended. */
export function parseStat(stat: string): Process | null {
  // A name may contain parentheses and line feeds.
  const [, pid, name, rest] = /^(\d+) \((.*)\) (.*)$/s.exec(stat.trimEnd()) ?? [];
  if (pid === undefined || name === undefined || rest === undefined) return null;
  const fields = rest.split(' ').map(Number);
  const [parent = 0] = fields.slice(1);
  const ticks = fields.slice(11, 15).reduce((sum, part) => sum + part, 0);
  return { pid: Number(pid), parent, name, ticks };
}

/** Splits a table into a process with its descendants, and the rest. */
export function processFamily(
  root: number,
  table: readonly Process[],
): { ours: Process[]; others: Process[] } {
  const byPid = new Map(table.map((one) => [one.pid, one]));
  const isOurs = ({ pid, parent }: Process): boolean => {
    if (pid === root) return true;
    const above = byPid.get(parent);
    return above !== undefined && isOurs(above);
  };
  return { ours: table.filter(isOurs), others: table.filter((one) => !isOurs(one)) };
}
