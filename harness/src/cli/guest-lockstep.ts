import type { FabricRequest } from '../fabric/fabric.ts';
import { defaultSchedule } from '../fabric/lockstep.ts';
import { Failure } from '../host/failure.ts';
import type { Arguments } from './arguments.ts';
import { memoryBehaviour } from './lockstep-memory.ts';

/** Several hosts on the virtual clock run in lockstep, on memory that they share here. */
export function lockstepRequest(
  fabric: FabricRequest | undefined,
  flags: Arguments<'guest'>['flags'],
): FabricRequest | undefined {
  const { hosts, clock, schedule, far, 'store-buffer': storeBuffer, share } = flags;
  if (clock === 'wall' || hosts === 1) {
    const given = schedule !== undefined || far !== undefined || storeBuffer !== undefined;
    if (!given && !flags['non-coherent']) return fabric;
    throw usage(
      '--schedule, --far, --store-buffer and --non-coherent are for several hosts on the virtual clock',
      'add --clock virtual --hosts 2',
    );
  }
  if (fabric?.kind !== 'shm')
    throw usage('--clock virtual with several hosts needs --fabric shm', 'see docs/lockstep.md');
  if (share.length > 0)
    throw usage('a --share answers in real time, which hosts in lockstep may not see', 'leave it out');
  const lockstep = { hosts, schedule: schedule ?? defaultSchedule, memory: memoryBehaviour(flags) };
  return { ...fabric, lockstep };
}

function usage(what: string, next: string): Failure {
  return new Failure('usage', what, { next });
}
