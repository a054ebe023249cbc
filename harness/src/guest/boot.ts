import { readFile } from 'node:fs/promises';
import { type AcceleratorChoice, accelerator } from '../host/accelerator.ts';
import { Failure } from '../host/failure.ts';
import type { Ready } from './channel/channel.ts';
import { failureOf } from './death.ts';
import { Host } from './host.ts';
import { Machine, qemuLog } from './machine.ts';
import { pinVcpus } from './pin.ts';
import { consoleLog, shareOptions, shareTag } from './qemu.ts';
import type { HostSpec } from './spec.ts';
import { tscKhz } from './tsc.ts';

export interface BootOptions {
  signal?: AbortSignal | undefined;
  /** Called with the address where a debugger finds the guest (HostSpec.gdb). */
  onDebugger?: (spec: HostSpec, address: string) => void;
}

/** Starts a host and returns it once it takes commands. A failed boot leaves nothing running. */
export async function boot(spec: HostSpec, options: BootOptions = {}): Promise<Host> {
  const choice = await accelerate(spec);
  const told = await toldTheTime(spec, choice);
  options.signal?.throwIfAborted();
  const startedMs = performance.now();
  const machine = new Machine(told, choice);
  failChannelAtEnd(spec, machine);
  try {
    if (spec.gdb) options.onDebugger?.(spec, await debuggerAddress(machine));
    const ready = await becomesReady(spec, machine, options.signal);
    const bootMs = performance.now() - startedMs;
    await mountShares(spec, machine);
    const { cpus, release } = await pinVcpus(spec, machine.qmp);
    return new Host(
      spec,
      machine,
      { ...ready, accelerator: choice, argv: machine.argv, bootMs, cpus },
      release,
    );
  } catch (error) {
    machine.kill();
    await machine.exit.catch(() => {});
    throw error;
  }
}

/** The virtual clock needs emulation, because it counts instructions. */
function accelerate({ clock, emulate, qemu }: HostSpec): Promise<AcceleratorChoice> {
  if (emulate) return Promise.resolve({ kind: 'tcg', why: 'its fabric forwards operations' });
  if (clock === 'wall') return accelerator(qemu);
  return Promise.resolve({ kind: 'tcg', why: 'the virtual clock counts instructions' });
}

/** Passes the TSC's frequency to an emulated guest on the wall clock; KVM reports it, and a virtual clock has its own. */
async function toldTheTime(spec: HostSpec, { kind }: AcceleratorChoice): Promise<HostSpec> {
  if (spec.clock === 'virtual' || kind === 'kvm') return spec;
  return { ...spec, append: [`tsc_early_khz=${await tscKhz()}`, ...spec.append] };
}

/** When QEMU ends, everything that waits for the guest fails with the reason. */
function failChannelAtEnd(spec: HostSpec, { channel, exit }: Machine): void {
  let ready = false;
  channel.ready.then(
    () => {
      ready = true;
    },
    () => {},
  );
  void exit
    .then(async (facts) => {
      const logs = { consoleLog: consoleLog(spec), qemuLog: qemuLog(spec) };
      const [console, qemu] = await Promise.all([textOf(logs.consoleLog), textOf(logs.qemuLog)]);
      return failureOf({ name: spec.name, ready, exit: facts, console, qemu, ...logs });
    })
    .catch((error: Error) => {
      const next = 'run npm run doctor: it says whether QEMU is installed, and how to install it';
      return new Failure('infra', `QEMU could not be started: ${error.message}`, { next });
    })
    .then((failure) => channel.fail(failure));
}

async function becomesReady(spec: HostSpec, machine: Machine, signal?: AbortSignal): Promise<Ready> {
  const { promise: stopped, reject: stop } = deferred();
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const onTimeout = async () => stop(await tooSlow(spec));
  const timer = spec.gdb ? undefined : setTimeout(onTimeout, spec.bootTimeoutMs);
  try {
    return await Promise.race([machine.channel.ready, stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

async function tooSlow(spec: HostSpec): Promise<Failure> {
  const lines = (await textOf(consoleLog(spec))).trimEnd().split('\n');
  const seconds = Math.round(spec.bootTimeoutMs / 1000);
  const last = lines.at(-1) || 'nothing';
  return new Failure(
    'infra',
    `${spec.name}: the kernel did not reach the handshake within ${seconds} s; its last line: ${last}`,
    { log: consoleLog(spec), next: 'see the console log, or watch it with --gdb' },
  );
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

async function mountShares(spec: HostSpec, { channel }: Machine): Promise<void> {
  for (const [index, { guestDir, writable }] of spec.shares.entries())
    await channel.mount(shareTag(index), guestDir, '9p', shareOptions, !writable);
}

async function debuggerAddress({ qmp }: Machine): Promise<string> {
  const devices = (await qmp.execute('query-chardev')) as { label: string; filename: string }[];
  const filename = devices.find(({ label }) => label === 'gdb')?.filename ?? '';
  return /tcp:([^,]+)/.exec(filename)?.[1] ?? filename;
}

function deferred() {
  let reject!: (reason: unknown) => void;
  const promise = new Promise<never>((_, rejectIt) => {
    reject = rejectIt;
  });
  promise.catch(() => {});
  return { promise, reject };
}
