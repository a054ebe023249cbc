import { command } from './command.ts';
import type { WorkloadProgram } from './driver.ts';
import { netperf } from './netperf.ts';
import { pingpong } from './pingpong.ts';

const programs: Readonly<Record<string, WorkloadProgram>> = { command, netperf, pingpong };

export function programOf(workload: string): WorkloadProgram {
  const program = programs[workload];
  if (program === undefined) {
    throw new TypeError(`no workload is called ${workload}`);
  }
  return program;
}
