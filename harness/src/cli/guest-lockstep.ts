import type { FabricRequest } from '../fabric/fabric.ts';
import { defaultSchedule } from '../fabric/lockstep.ts';
import { Failure } from '../host/failure.ts';
import type { Arguments } from './arguments.ts';

/** Several hosts on the virtual clock run in lockstep, on memory that they share here. */
export function lockstepRequest(
  fabric: FabricRequest | undefined,
  { hosts, clock, schedule, far, 'store-buffer': storeBuffer, share }: Arguments<'guest'>['flags'],
): FabricRequest | undefined {
  if (clock === 'wall' || hosts === 1) {
    if (schedule === undefined && far === undefined && storeBuffer === undefined) return fabric;
    throw usage(
      '--schedule, --far and --store-buffer are for several hosts on the virtual clock',
      'add --clock virtual --hosts 2',
    );
  }
  if (fabric?.kind !== 'shm')
    throw usage('--clock virtual with several hosts needs --fabric shm', 'see docs/lockstep.md');
  if (share.length > 0)
    throw usage('a --share answers in real time, which hosts in lockstep may not see', 'leave it out');
  const memory = { storeBuffer: storeBuffer ?? 0, farNs: far ?? 0 };
  return { ...fabric, lockstep: { hosts, schedule: schedule ?? defaultSchedule, memory } };
}

function usage(what: string, next: string): Failure {
  return new Failure('usage', what, { next });
}
