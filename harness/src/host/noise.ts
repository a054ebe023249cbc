import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { z } from 'zod';

export const noiseSchema = z.strictObject({
  cpus: z.number(),
  /** Runnable tasks over the last minute, when the probe began: our own guest is not in it yet. */
  load1: z.number(),
  /** Of the probed time: what the hypervisor under this machine gave to others. */
  stealPercent: z.number(),
  governor: z.string().nullable(),
  /** Times that a CPU was slowed down for heat while the probe ran; null where the machine does not say. */
  throttles: z.number().nullable(),
  /** QEMU processes that are not ours. */
  otherGuests: z.number(),
});

/** What else disturbed this machine while something was measured. */
export type Noise = z.infer<typeof noiseSchema>;

/** Begins a probe; the function it gives ends it. */
export async function watchNoise(): Promise<() => Promise<Noise>> {
  const load1 = Number((await readFile('/proc/loadavg', 'utf8')).split(' ')[0]);
  const timeBefore = await cpuTime();
  const throttlesBefore = await throttleCount();
  return async () => {
    const time = await cpuTime();
    const throttles = await throttleCount();
    const totalTicks = time.total - timeBefore.total;
    return {
      cpus: availableParallelism(),
      load1,
      stealPercent: totalTicks === 0 ? 0 : (100 * (time.steal - timeBefore.steal)) / totalTicks,
      governor: await governor(),
      throttles: throttles === null || throttlesBefore === null ? null : throttles - throttlesBefore,
      otherGuests: await otherGuests(),
    };
  };
}

/** What a reader must know before trusting wall-clock numbers taken meanwhile. */
export function noiseWarnings(noise: Noise): string[] {
  const { cpus, load1, stealPercent, governor, throttles, otherGuests } = noise;
  return [
    ...(load1 > cpus * 0.5
      ? [`load ${load1} on ${cpus} CPUs before the boot: stop what else runs here`]
      : []),
    ...(stealPercent > 2 ? [`${stealPercent.toFixed(1)} % of CPU time stolen by the hypervisor below`] : []),
    ...(governor !== null && governor !== 'performance'
      ? [`CPU frequency governor ${governor}: set it to performance`]
      : []),
    ...(throttles !== null && throttles > 0 ? [`CPUs throttled ${throttles} times: the machine is hot`] : []),
    ...(otherGuests > 0 ? [`${otherGuests} other QEMU processes ran on this machine`] : []),
  ];
}

async function cpuTime(): Promise<{ total: number; steal: number }> {
  const line = (await readFile('/proc/stat', 'utf8')).split('\n')[0] ?? '';
  // user nice system idle iowait irq softirq steal; guest time is counted in user time already.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { total: ticks.reduce((sum, tick) => sum + tick, 0), steal: ticks[7] ?? 0 };
}

const cpuDir = '/sys/devices/system/cpu';

async function governor(): Promise<string | null> {
  const text = await readFile(`${cpuDir}/cpu0/cpufreq/scaling_governor`, 'utf8').catch(() => null);
  return text?.trim() ?? null;
}

async function throttleCount(): Promise<number | null> {
  const cpus = (await readdir(cpuDir)).filter((name) => /^cpu\d+$/.test(name));
  const counts = await Promise.all(
    cpus.map((cpu) =>
      readFile(`${cpuDir}/${cpu}/thermal_throttle/core_throttle_count`, 'utf8').catch(() => null),
    ),
  );
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + Number(count), 0);
}

async function otherGuests(): Promise<number> {
  const processes = new Map<number, { name: string; parent: number }>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [, name = '', parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? [];
    processes.set(Number(pid), { name, parent: Number(parent) });
  }
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at; at = processes.get(at)?.parent)
      if (at === process.pid) return true;
    return false;
  };
  const guests = [...processes].filter(([, { name }]) => name.startsWith('qemu-system'));
  return guests.filter(([pid]) => !isOurs(pid)).length;
}
