import { cas } from './cas.ts';
import type { ClusterProgram } from './cluster.ts';
import { command } from './command.ts';
import { copies } from './copies.ts';
import { netperf } from './netperf.ts';
import { pingpong } from './pingpong.ts';
import { redis } from './redis.ts';
import type { WorkloadProgram } from './workload.ts';

const programs: Readonly<Record<string, WorkloadProgram>> = { command, copies, netperf, pingpong, redis };

const clusterPrograms: Readonly<Record<string, ClusterProgram>> = { cas };

/** What a root and a kernel need to run it, on one host or on several. */
export function needsOf(workload: string): Pick<WorkloadProgram, 'layers' | 'pinned'> {
  return clusterPrograms[workload] ?? programOf(workload);
}

export function clusterProgramOf(workload: string): ClusterProgram {
  const program = clusterPrograms[workload];
  if (program === undefined) {
    throw new TypeError(`no workload of several hosts is called ${workload}`);
  }
  return program;
}

export function programOf(workload: string): WorkloadProgram {
  const program = programs[workload];
  if (program === undefined) {
    throw new TypeError(`no workload is called ${workload}`);
  }
  return program;
}
