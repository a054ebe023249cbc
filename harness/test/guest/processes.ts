import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The QEMU processes that a process has started. */
export async function guestsOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.flatMap((stat) => {
    const [, pid, ppid] = /^(\d+) \(qemu-system.*\) \S (\d+)/.exec(stat) ?? [];
    return Number(ppid) === parent ? [Number(pid)] : [];
  });
}

/** Waits until the process is gone, or is only remembered for its parent. */
export async function gone(pid: number, withinMs = 5000): Promise<boolean> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < withinMs) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (stat === '' || /^\d+ \(.*\) Z /.test(stat)) return true;
    await sleep(20);
  }
  return false;
}
