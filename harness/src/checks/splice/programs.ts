import { z } from 'zod';
import type { Host } from '../../guest/host.ts';
import type { ProgramLayerName } from '../../guest/root/program-layer.ts';
import type { LayerName } from '../../guest/root/root.ts';
import { cgroup } from '../../workload/topology.ts';
import { programsInGuest } from './host.ts';

/** A program of others, run as it is: a script of harness/guest/programs/ that compares what it gets. */
export interface Program {
  layers: readonly (LayerName | ProgramLayerName)[];
  /** The fewest of its bytes that must go through rings. */
  ringBytes: number;
}

export const programs = {
  redis: { layers: ['redis'], ringBytes: 15_000_000 },
  nginx: { layers: ['nginx'], ringBytes: 70_000_000 },
  iperf3: { layers: ['iperf3'], ringBytes: 50_000_000 },
  python: { layers: ['python'], ringBytes: 50_000_000 },
  openssl: { layers: ['openssl'], ringBytes: 12_000_000 },
  ssh: { layers: ['ssh'], ringBytes: 30_000_000 },
  postgresql: { layers: ['postgresql'], ringBytes: 10_000_000 },
  stressng: { layers: ['stressng'], ringBytes: 1_000_000 },
  node: { layers: ['node'], ringBytes: 70_000_000 },
  'io-uring': { layers: [], ringBytes: 32_000_048 },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

/** Runs a program inside the spliced cgroup; what is wrong, or nothing. */
export async function runProgram(host: Host, name: ProgramName, timeoutMs: number): Promise<string | null> {
  const before = await ringBytes(host);
  const script = `echo $$ >${cgroup}/cgroup.procs; set -e; . ${programsInGuest}/${name}.sh`;
  const { status, timedOut, stdout, stderr } = await host.run(['dash', '-c', script], { timeoutMs });
  const carried = (await ringBytes(host)) - before;
  process.stdout.write(`${name}: ${carried} bytes through rings\n`);
  if (status !== 0 || timedOut) {
    const end = timedOut ? `does not end in ${timeoutMs / 1000} s` : `ends with status ${status}`;
    return `${name} ${end}: ${tail(stdout)} ${tail(stderr)}`;
  }
  const { ringBytes: least } = programs[name];
  return carried < least ? `${name} sent ${carried} bytes through rings, less than ${least}` : null;
}

/** Bytes that went through rings since the policy is on. */
export async function ringBytes(host: Host): Promise<number> {
  const { stdout } = await host.must(['splicectl', 'status', '--json'], { timeoutMs: 60_000 });
  return z.looseObject({ ring_bytes: z.number() }).parse(JSON.parse(stdout.toString())).ring_bytes;
}

const tail = (text: Buffer) => text.toString().trim().split('\n').slice(-8).join('\n');
