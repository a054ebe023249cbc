import type { Readable } from 'node:stream';
import type { FabricRequest } from '../fabric/fabric.ts';
import { type RaisedHosts, type RaiseOptions, raiseHosts } from '../fabric/raise.ts';
import { type Count, selfTest, testedUpdates } from '../fabric/self-test.ts';
import { takeAsRam } from '../fabric/system-ram.ts';
import type { HostEnd } from '../guest/console/verdict.ts';
import type { Host } from '../guest/host.ts';
import { bootHosts } from '../guest/hosts.ts';
import type { HostSpec, RunResult } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import type { GuestRequest } from './guest-request.ts';
import { runShell } from './guest-shell.ts';
import { type HostInput, inputsFor } from './host-input.ts';
import { plainOutput, prefixedOutput } from './host-output.ts';
import { drawProgress } from './progress.ts';

/** Boots the hosts, runs the command in all of them in parallel, and returns how each ended. Stops all hosts. */
export async function runHosts(
  specs: readonly HostSpec[],
  request: GuestRequest,
  vmlinux: string | undefined,
  signal: AbortSignal,
): Promise<HostEnd[]> {
  try {
    await using raised = await hostsOf(specs, request, vmlinux, signal);
    return await runCommands(raised.hosts, request, signal);
  } catch (error) {
    return specs.map(() => ({ failure: asFailure(error) }));
  }
}

/** The socket for QMP of the user's. */
export function qmpSocket(logDir: string): string {
  return `${logDir}/qmp`;
}

type Hosts = AsyncDisposable & { hosts: readonly Host[] };

async function hostsOf(
  specs: readonly HostSpec[],
  request: GuestRequest,
  vmlinux: string | undefined,
  signal: AbortSignal,
): Promise<Hosts> {
  const onBoot = (hosts: readonly Host[]) => {
    for (const host of hosts) say(bootLine(host));
    for (const { name, spec } of request.qmp ? hosts : [])
      say(`${name} takes QMP on ${qmpSocket(spec.logDir)}`);
  };
  if (request.fabric !== undefined) {
    const raised = await hostsOnFabric(request.fabric, specs, { signal, onBoot });
    if (request.asRam) await sayExtents(raised);
    return raised;
  }
  const onDebugger = ({ name }: HostSpec, address: string) =>
    say(`${name} waits: gdb ${vmlinux ?? 'VMLINUX'} -ex 'target remote ${address}' -ex continue`);
  const hosts = await bootHosts(specs, { signal, onDebugger });
  onBoot(hosts);
  return {
    hosts,
    [Symbol.asyncDispose]: async () => void (await Promise.all(hosts.map((host) => host.kill()))),
  };
}

async function hostsOnFabric(
  request: FabricRequest,
  specs: readonly HostSpec[],
  options: RaiseOptions,
): Promise<RaisedHosts> {
  const { progress, end } = drawProgress();
  const raised = await raiseHosts(request, specs, { ...options, progress }).finally(end);
  try {
    const { memoryPath, warning } = raised.fabric;
    if (warning !== undefined) say(`this fabric is ${memoryPath}: ${warning}`);
    const counts = await selfTest(raised);
    say(
      `the memory is ${raised.memories[0]?.device} of every host (${memoryPath}): ${tested(raised, counts)}`,
    );
    return raised;
  } catch (error) {
    await raised[Symbol.asyncDispose]();
    throw error;
  }
}

function tested({ fabric }: RaisedHosts, counts: readonly Count[]): string {
  if (fabric.lockstep?.isCoherent === false) return 'not coherent, so that atomics are not tested';
  if (counts.length === 0) return 'not tested with one host';
  return `${testedUpdates(counts)} updates counted, none lost`;
}

async function sayExtents(raised: RaisedHosts): Promise<void> {
  const extents = await takeAsRam(raised).catch(async (error) => {
    await raised[Symbol.asyncDispose]();
    throw error;
  });
  for (const [index, { start, bytes, node }] of extents.entries())
    say(`${raised.hosts[index]?.name} has ${bytes / 2 ** 20} MiB of it from ${start} on, as node ${node}`);
}

async function runCommands(
  hosts: readonly Host[],
  request: GuestRequest,
  signal: AbortSignal,
): Promise<HostEnd[]> {
  const lost = new AbortController();
  const either = AbortSignal.any([lost.signal, signal]);
  const inputs = inputsFor(hosts.length, process.stdin);
  return Promise.all(
    hosts.map(async (host, index): Promise<HostEnd> => {
      const { stdin, leave } = inputs[index] as HostInput;
      try {
        return { result: await runOne(host, request, stdin, hosts.length > 1, either) };
      } catch (error) {
        // Unless --survive is given, the failure of a host aborts the commands of the others, which may wait for it.
        if (!request.survive) lost.abort(error);
        else if (!signal.aborted) say(`${host.name} is gone, the others go on: ${asFailure(error).message}`);
        return { failure: asFailure(error) };
      } finally {
        leave();
      }
    }),
  );
}

async function runOne(
  host: Host,
  { shell, command, timeoutMs }: GuestRequest,
  stdin: Readable,
  prefix: boolean,
  signal: AbortSignal,
): Promise<RunResult> {
  if (shell) return runShell(host, signal);
  const options = { stdin, signal, ...(timeoutMs !== undefined && { timeoutMs }) };
  if (!prefix) {
    const [onStdout, onStderr] = [plainOutput(process.stdout), plainOutput(process.stderr)];
    return host.run(command, { ...options, onStdout, onStderr });
  }
  const outputs = [process.stdout, process.stderr].map((stream) => prefixedOutput(stream, `[${host.name}] `));
  const [stdout, stderr] = outputs as [(typeof outputs)[0], (typeof outputs)[0]];
  const result = await host.run(command, { ...options, onStdout: stdout.consume, onStderr: stderr.consume });
  await Promise.all([stdout.end(), stderr.end()]);
  return result;
}

/** How long each part of a boot took. A virtual clock tells nothing of the firmware's part: that is real time. */
function bootLine({ name, facts, spec }: Host): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const { bootMs, kernelMs, agentMs, accelerator, release } = facts;
  const kernel = [`kernel ${seconds(kernelMs)}`, `agent ${seconds(agentMs - kernelMs)}`].join(', ');
  const parts =
    spec.clock === 'virtual'
      ? `on the virtual clock ${kernel}`
      : `firmware ${seconds(Math.max(0, bootMs - agentMs))}, ${kernel}`;
  return `${name} is up after ${seconds(bootMs)} s (${parts}): ${release}, ${accelerator.kind}`;
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

function say(line: string): void {
  process.stderr.write(`zerohop: ${line}\n`);
}
