import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { processFamily, processTable } from './process-table.ts';

export const noiseSchema = z.strictObject({
  cpus: z.number(),
  /** The one-minute load average at the start of the probe; it includes the boot before. */
  load1: z.number(),
  /** Share of the CPU time that was used by processes outside this process's tree, percent. */
  othersPercent: z.number(),
  /** Share of the CPU time that the hypervisor stole, percent. */
  stealPercent: z.number(),
  governor: z.string().nullable(),
  /** Thermal throttling events during the probe; null if the machine does not report them. */
  throttles: z.number().nullable(),
  /** QEMU processes outside this process's tree. */
  otherGuests: z.number(),
});

/** Disturbances of this machine during a measurement. */
export type Noise = z.infer<typeof noiseSchema>;

/** Starts a probe and returns the function that ends it. */
export async function watchNoise(): Promise<() => Promise<Noise>> {
  const load1 = Number((await readFile('/proc/loadavg', 'utf8')).split(' ')[0]);
  const before = { cpu: await cpuTime(), us: await ourselves(), throttles: await throttleCount() };
  return async () => {
    const { ticks, otherGuests } = await ourselves();
    const cpu = await cpuTime();
    const throttles = await throttleCount();
    const total = cpu.total - before.cpu.total;
    const percent = (part: number) => (total === 0 ? 0 : (100 * Math.max(0, part)) / total);
    return {
      cpus: availableParallelism(),
      load1,
      othersPercent: percent(cpu.busy - before.cpu.busy - (ticks - before.us.ticks)),
      stealPercent: percent(cpu.steal - before.cpu.steal),
      governor: await governor(),
      throttles: throttles === null || before.throttles === null ? null : throttles - before.throttles,
      otherGuests,
    };
  };
}

/** Warnings about wall-clock numbers that were measured under this noise. */
export function noiseWarnings(noise: Noise): string[] {
  const { othersPercent, stealPercent, governor, throttles, otherGuests } = noise;
  return [
    ...(othersPercent > 5
      ? [`${othersPercent.toFixed(1)} % of CPU time used by other processes: stop other programs`]
      : []),
    ...(stealPercent > 2 ? [`${stealPercent.toFixed(1)} % of CPU time stolen by the hypervisor below`] : []),
    ...(governor !== null && governor !== 'performance'
      ? [`CPU frequency governor ${governor}: set it to performance`]
      : []),
    ...(throttles !== null && throttles > 0 ? [`CPUs throttled ${throttles} times: the machine is hot`] : []),
    ...(otherGuests > 0 ? [`${otherGuests} other QEMU processes ran on this machine`] : []),
  ];
}

async function cpuTime(): Promise<{ total: number; busy: number; steal: number }> {
  const line = (await readFile('/proc/stat', 'utf8')).split('\n')[0] ?? '';
  // The next fields are guest time, which user time already includes.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  const busy = user + nice + system + irq + softirq;
  return { total: busy + idle + iowait + steal, busy, steal };
}

/** The CPU time of this process's tree so far, and the number of other guests. */
async function ourselves(): Promise<{ ticks: number; otherGuests: number }> {
  const { ours, others } = processFamily(process.pid, await processTable());
  return {
    ticks: ours.reduce((sum, { ticks }) => sum + ticks, 0),
    otherGuests: others.filter(({ name }) => name.startsWith('qemu-system')).length,
  };
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
