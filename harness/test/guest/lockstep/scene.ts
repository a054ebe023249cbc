import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { LockstepRequest } from '../../../src/fabric/lockstep.ts';
import { type Played, play } from '../../../src/fabric/play.ts';
import { newLogFolder } from '../../../src/guest/log-folder.ts';
import { buildRoot } from '../../../src/guest/root/root.ts';
import { type HostSpec, plainHost } from '../../../src/guest/spec.ts';
import { withParentDeathSignal } from '../../../src/host/parent-death.ts';
import { resolveKernel } from '../../../src/kernel/resolve.ts';

const sizeBytes = 256 * 2 ** 20;
/** Less than a test's time limit, so that no host outlives it. */
const limitMs = 240_000;

/** Coarse while the hosts boot: what they play sets a finer quantum at its barrier. */
const schedule = { seed: 1, quantumNs: 100_000, distribution: 'uniform' } as const;

export interface Scene extends Partial<Omit<LockstepRequest, 'hosts' | 'trace'>> {
  commands: readonly string[];
  cpus?: number;
  /** Ends the play. */
  until?: (turns: Played['turns']) => boolean;
  traceSeed?: number;
  /** Goes on beside the hosts, and may talk to them on these sockets. */
  beside?: (qmpSockets: readonly string[]) => Promise<void>;
}

export interface Outcome extends Played {
  /** Hashes of the shared memory, and of each host's own. */
  memory: string;
  ram: string[];
  /** The output of host 0's commands, a line each. */
  said: Record<string, unknown>[];
}

/** Two hosts of 256 MiB. */
export async function scene({
  commands,
  cpus = 1,
  until,
  traceSeed,
  beside,
  ...rest
}: Scene): Promise<Outcome> {
  const logDir = await newLogFolder('tests');
  const [kernel, root] = await Promise.all([resolveKernel(undefined), buildRoot([])]);
  const specs = [0, 1].map((index): HostSpec => {
    const ram = `memory-backend-file,id=ram,size=256M,share=on,mem-path=${logDir}/ram${index}`;
    return {
      ...plainHost,
      ...{ name: `h${index}`, clock: 'virtual', cpus, memoryMb: 256, seed: index + 1 },
      ...{ kernelImage: kernel.image, rootImage: root.image, logDir: `${logDir}/h${index}` },
      qemuArgs: [
        ...['-object', ram, '-machine', 'memory-backend=ram'],
        ...['-qmp', `unix:${logDir}/qmp${index},server=on,wait=off`],
      ],
    };
  });
  let [memory, ram]: [string, string[]] = ['', []];
  const inspect = async (hosts: readonly HostSpec[]) => {
    const shared = /mem-path=(\/proc[^,]+)/.exec(hosts[0]?.qemuArgs.join(' ') ?? '')?.[1] ?? '';
    memory = await hashOf(shared);
    ram = await Promise.all(hosts.map((_, index) => hashOf(`${logDir}/ram${index}`)));
  };
  const request = {
    ...{ specs, sizeBytes, commandsOf: () => commands, lockstep: { schedule, ...rest } },
    ...(until && { onTurns: until }),
    ...(traceSeed !== undefined && { traceSeed }),
  };
  try {
    const [played] = await Promise.all([
      play(request, { signal: AbortSignal.timeout(limitMs) }, inspect),
      beside?.([0, 1].map((index) => `${logDir}/qmp${index}`)),
    ]);
    const lines = (played.outputs[0] ?? '').split('\n');
    return {
      ...{ ...played, memory, ram },
      said: lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)),
    };
  } finally {
    for (const index of [0, 1]) await rm(`${logDir}/ram${index}`, { force: true });
  }
}

/** Other processes want this machine's cores until the returned function is called, or this one is gone. */
export function busy(): () => void {
  const [program, ...args] = withParentDeathSignal([process.execPath, '-e', 'for (;;);']);
  const load: ChildProcess[] = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(program, args, { stdio: 'ignore' }),
  );
  return () => {
    for (const child of load) child.kill('SIGKILL');
  };
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
