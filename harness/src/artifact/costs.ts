import { availableParallelism, totalmem } from 'node:os';
import type { Experiment } from '../experiment/experiment.ts';
import { freeDiskBytes } from '../host/system.ts';
import { planBoots } from '../measure/plan.ts';
import type { Profile } from '../measure/summary.ts';
import { columnLines } from '../report/columns.ts';
import { clusterMachine } from '../run/cluster.ts';
import { machine } from '../run/machine.ts';
import { resultsDir } from '../store/run-folder.ts';

/** The cost of measuring an experiment. */
export interface Cost {
  name: string;
  minutes: number;
  boots: number;
  diskMb: number;
  memoryMb: number;
}

/** Measured on runs of netperf and cas: samples, figures, report and the hosts' logs take 1 to 2 MB a boot. */
const diskMbPerBoot = 2;

function costOf(experiment: Experiment, profile: Profile, cpus: number): Cost {
  const { name, minutes, matrices, kernels } = experiment;
  const boots = planBoots({
    matrices,
    profile,
    only: [],
    kernels: kernels.map((kernel) => kernel.name),
    seed: 1,
  });
  return {
    name,
    minutes: minutes[profile],
    boots: boots.length,
    diskMb: boots.length * diskMbPerBoot,
    memoryMb: Math.max(0, ...boots.map((boot) => memoryOf(boot.factors['hosts'], cpus))),
  };
}

/** Boots of one host run side by side, one a CPU; several hosts of one boot run alone. */
function memoryOf(hosts: string | number | undefined, cpus: number): number {
  return hosts === undefined ? cpus * machine.memoryMb : Number(hosts) * clusterMachine.memoryMb;
}

export function costsOf(all: readonly Experiment[], profile: Profile): Cost[] {
  return all.map((experiment) => costOf(experiment, profile, availableParallelism()));
}

export function minutesOf(costs: readonly Cost[]): number {
  return costs.reduce((total, { minutes }) => total + minutes, 0);
}

/** This machine's memory and free disk. */
export interface Room {
  memoryMb: number;
  diskMb: number;
}

export async function roomHere(): Promise<Room> {
  return { memoryMb: totalmem() / 2 ** 20, diskMb: (await freeDiskBytes(resultsDir())) / 1e6 };
}

export function costTable(costs: readonly Cost[], room: Room): string {
  const sum = (value: (cost: Cost) => number) => costs.reduce((total, cost) => total + value(cost), 0);
  const rows = costs.map(({ name, minutes, boots, diskMb, memoryMb }) => [
    name,
    `${minutes} min`,
    `${boots}`,
    `${diskMb} MB`,
    `${memoryMb} MiB`,
  ]);
  const total = [
    'together',
    `${minutesOf(costs)} min`,
    `${sum(({ boots }) => boots)}`,
    `${sum(({ diskMb }) => diskMb)} MB`,
    `${Math.max(...costs.map(({ memoryMb }) => memoryMb))} MiB`,
  ];
  const here = ['here', '', '', `${Math.floor(room.diskMb)} MB free`, `${Math.floor(room.memoryMb)} MiB`];
  return `${columnLines([['to measure', 'on 2 cores', 'boots', 'disk', 'memory'], ...rows, total, here]).join('\n')}\n`;
}
