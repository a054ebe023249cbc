import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FabricRequest } from '../fabric/fabric.ts';
import type { Share } from '../guest/spec.ts';
import type { Clock } from '../host/clock.ts';
import { Failure } from '../host/failure.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import { checkHostNumbers, checkParts, fabricRequest, withTopology } from './guest-fabric.ts';
import { lockstepRequest } from './guest-lockstep.ts';

/** The request of `npm run guest -- FLAG... -- COMMAND`, checked before anything is built. */
export interface GuestRequest {
  hosts: number;
  cpus: number;
  memoryMb: number;
  shares: Share[];
  kernel: string | undefined;
  append: string[];
  env: Record<string, string>;
  timeoutMs: number | undefined;
  gdb: boolean;
  shell: boolean;
  dryRun: boolean;
  clock: Clock;
  fabric: FabricRequest | undefined;
  /** Each host has a part of the fabric's memory as system RAM. */
  asRam: boolean;
  /** Layers that the root has beside the usual ones. */
  tools: Arguments<'guest'>['flags']['tools'];
  /** Hosts go on when another has died. */
  survive: boolean;
  /** Each host listens for QMP of the user's on a socket in its log folder. */
  qmp: boolean;
  /** Empty for a shell. */
  command: readonly string[];
}

export function guestRequest(argv: string[], cwd: string): GuestRequest {
  const { flags, command = [] } = parseArguments('guest', argv);
  const { hosts, cpus, memory, share, kernel, append, timeout, gdb, shell, survive, qmp } = flags;
  const env = Object.fromEntries(flags.env);
  const shared = withTopology(fabricRequest(flags.fabric, flags.cxl), flags['cxl-topology']);
  const fabric = lockstepRequest(shared, flags);
  if (fabric !== undefined) checkHostNumbers(env, hosts);
  const asRam = flags['cxl-mode'] === 'ram';
  if (asRam) checkParts(fabric, hosts);
  if (shell && command.length > 0) throw usage('--shell takes no command', 'leave one of them out');
  if (shell && hosts > 1) throw usage('--shell is for one host', 'leave --hosts out');
  if (!shell && command.length === 0 && !flags['dry-run'])
    throw usage(
      'there is no command to run',
      'npm run guest -- -- COMMAND ARG..., or npm run guest -- --shell',
    );
  return {
    hosts,
    cpus,
    memoryMb: memory,
    shares: share.map((given) => shareOf(given, cwd)),
    kernel: kernel === undefined ? undefined : resolve(cwd, kernel),
    append: append.split(/\s+/).filter((word) => word !== ''),
    env,
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    gdb,
    shell,
    dryRun: flags['dry-run'],
    clock: flags.clock,
    fabric,
    asRam,
    tools: flags.tools,
    survive,
    qmp,
    command,
  };
}

function shareOf(
  { dir, guestDir, writable }: Arguments<'guest'>['flags']['share'][number],
  cwd: string,
): Share {
  const hostDir = resolve(cwd, dir);
  if (!statSync(hostDir, { throwIfNoEntry: false })?.isDirectory())
    throw usage(`Expected --share to name a folder, got ${hostDir}.`, 'share one that exists');
  return { hostDir, guestDir, writable };
}

function usage(what: string, next: string): Failure {
  return new Failure('usage', what, { next });
}
