import { join } from 'node:path';
import { execa } from 'execa';
import { memoryFile } from '../fabric/memory-file.ts';
import { buildGuestPrograms } from '../guest/root/programs.ts';
import type { RunOptions, RunResult } from '../guest/spec.ts';
import { withParentDeathSignal } from '../host/parent-death.ts';
import type { Place, SharingPlaces } from './cluster.ts';

const memoryBytes = 2 * 2 ** 20;
/** The topology of plain processes of this machine. */
export const processesTopology = 'processes';

/** The value of the factor `fabric` for plain processes. */
export const noFabric = 'none';

const guestPrefix = 'zerohop-';

/** Plain processes of this machine instead of hosts: the limit for every fabric. */
export async function processes(count: number): Promise<SharingPlaces & AsyncDisposable> {
  const programs = await buildGuestPrograms();
  const file = memoryFile(memoryBytes);
  const place = (_: unknown, index: number): Place => ({
    name: `p${index}`,
    run: ([program = '', ...args], options) =>
      runHere(join(programs, program.slice(guestPrefix.length)), args, options),
  });
  return {
    places: Array.from({ length: count }, place),
    device: file.path,
    memoryPath: 'plain memory',
    testedUpdates: 0,
    server: undefined,
    [Symbol.asyncDispose]: async () => file.close(),
  };
}

async function runHere(
  program: string,
  args: readonly string[],
  { timeoutMs }: RunOptions = {},
): Promise<RunResult> {
  const [command, ...rest] = withParentDeathSignal([program, ...args]);
  const end = await execa(command, rest, {
    reject: false,
    encoding: 'buffer',
    stdin: 'ignore',
    killSignal: 'SIGKILL',
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  });
  const [stdout, stderr] = [Buffer.from(end.stdout ?? []), Buffer.from(end.stderr ?? [])];
  return { status: end.exitCode ?? 1, timedOut: end.timedOut, stdout, stderr };
}
