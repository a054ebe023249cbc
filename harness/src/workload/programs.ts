import { command } from './command.ts';
import { copies } from './copies.ts';
import type { WorkloadProgram } from './driver.ts';
import { netperf } from './netperf.ts';
import { pingpong } from './pingpong.ts';
import { redis } from './redis.ts';

const programs: Readonly<Record<string, WorkloadProgram>> = { command, copies, netperf, pingpong, redis };

export function programOf(workload: string): WorkloadProgram {
  const program = programs[workload];
  if (program === undefined) {
    throw new TypeError(`no workload is called ${workload}`);
  }
  return program;
}
