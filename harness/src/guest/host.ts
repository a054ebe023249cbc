import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceleratorChoice } from '../host/accelerator.ts';
import { Failure } from '../host/failure.ts';
import type { Ready } from './channel/channel.ts';
import type { Command } from './channel/command.ts';
import { Watch } from './channel/watch.ts';
import type { Machine } from './machine.ts';
import { consoleLog } from './qemu.ts';
import type { Demand, HostSpec, RunOptions, RunResult } from './spec.ts';

/** How long a guest may take to power off before it is killed. */
const powerOffGraceMs = 5_000;
/** How long a hanging kernel may take to print its stacks. Under TCG it waits long for CPUs that do not answer. */
const panicGraceMs = 30_000;
const defaultSilenceMs = 60_000;
const defaultEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
};

/** How a host was booted, for manifests. */
export interface BootFacts extends Ready {
  accelerator: AcceleratorChoice;
  /** QEMU's whole command line. */
  argv: readonly string[];
  /** From the start of QEMU to the ready command channel. */
  bootMs: number;
  /** The CPUs of this machine that the vCPUs are pinned to, by vCPU; empty if they are not pinned. */
  cpus: readonly number[];
}

/**
 * A running virtual machine, made by boot(). run() returns the command's own result. After a panic, a hang or the end
 * of QEMU, every pending and later run() throws a Failure of that kind.
 */
export class Host implements AsyncDisposable {
  readonly spec: HostSpec;
  readonly facts: BootFacts;
  readonly #machine: Machine;
  readonly #watch: Watch;
  readonly #onEnd: () => void;

  constructor(spec: HostSpec, machine: Machine, facts: BootFacts, onEnd: () => void = () => {}) {
    this.spec = spec;
    this.facts = facts;
    this.#machine = machine;
    this.#onEnd = onEnd;
    // A guest that a debugger has stopped cannot answer.
    const silenceMs = spec.gdb ? Number.POSITIVE_INFINITY : (spec.silenceMs ?? defaultSilenceMs);
    this.#watch = new Watch(machine.channel, silenceMs, () => {
      const seconds = Math.round(machine.channel.silentMs / 1000);
      void this.#giveUp(`no sign for ${seconds} s, and no answer when asked`);
    });
    machine.onRunState = (running) => {
      this.#watch.paused = !running;
    };
    void machine.exit.then(() => this.#ended());
  }

  get name(): string {
    return this.spec.name;
  }

  /** QEMU's process. */
  get pid(): number | undefined {
    return this.#machine.pid;
  }

  get consoleLog(): string {
    return consoleLog(this.spec);
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.start(argv, options).result;
  }

  /** Like run(), but throws unless the command ends with status 0. */
  async must(argv: readonly string[], demand: RunOptions & Demand = {}): Promise<RunResult> {
    const { what = argv.join(' '), kind = 'infra', ...options } = demand;
    const result = await this.run(argv, options);
    const { status, timedOut, stdout, stderr } = result;
    if (status === 0) return result;
    const how = timedOut ? 'ran into its time limit' : `ended with status ${status}`;
    const said = `${stderr}${stdout}`.trim();
    throw new Failure(kind, `${this.name}: ${what} ${how}${said && `: ${said}`}`, { log: this.consoleLog });
  }

  /** Like run(), but returns the running command, for signals and resizes of its terminal. */
  start(argv: readonly string[], options: RunOptions = {}): Command {
    const env = { ...defaultEnv, ...this.spec.env, ...options.env };
    const onSurvival = () => void this.#giveUp('a command that was killed does not end');
    return this.#machine.channel.run(argv, { ...options, env }, onSurvival);
  }

  /** The whole console log. It holds everything printed before a command's end by the time run() returns. */
  consoleText(): Promise<string> {
    return readFile(this.consoleLog, 'utf8');
  }

  /** The registers of each vCPU. QEMU reads them, so they can be had even if the guest hangs. */
  async diagnose(): Promise<string> {
    const args = { 'command-line': 'info registers -a' };
    return String(await this.#machine.qmp.execute('human-monitor-command', args));
  }

  /** A property of one of QEMU's objects, by its path. */
  property(path: string, name: string): Promise<unknown> {
    return this.#machine.qmp.execute('qom-get', { path, property: name });
  }

  /** Stops the vCPUs until resume(); the guest's memory stays as it is. */
  async pause(): Promise<void> {
    this.#watch.paused = true;
    await this.#machine.qmp.execute('stop');
  }

  async resume(): Promise<void> {
    await this.#machine.qmp.execute('cont');
    this.#watch.paused = false;
  }

  async kill(): Promise<void> {
    this.#stop('was stopped');
    this.#machine.kill();
    await this.#machine.exit;
  }

  async powerOff(): Promise<void> {
    this.#machine.channel.powerOff();
    this.#stop('was powered off');
    const timer = setTimeout(() => this.#machine.kill(), powerOffGraceMs);
    await this.#machine.exit;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #stop(how: string): void {
    this.#watch.stop();
    this.#machine.channel.fail(new Failure('infra', `${this.name} ${how}`, { log: this.consoleLog }));
  }

  async #giveUp(why: string): Promise<void> {
    this.#watch.stop();
    const registers = await this.diagnose().catch(String);
    const places = [...registers.matchAll(/\bRIP=([0-9a-f]+)/g)].map(([, rip]) => rip);
    const next = `see the console log; the vCPUs stood at ${places.join(', ')}`;
    const facts = { log: this.consoleLog, next };
    const failure = new Failure('kernel', `${this.name}: the kernel hangs: ${why}`, facts);
    this.#machine.channel.doom(failure);
    // The kernel panics on an NMI, and the panic prints on the console where the kernel was.
    await this.#machine.qmp.execute('inject-nmi').catch(() => {});
    await Promise.race([this.#machine.exit, sleep(panicGraceMs, undefined, { ref: false })]);
    this.#machine.channel.fail(failure);
    this.#machine.kill();
  }

  #ended(): void {
    this.#watch.stop();
    this.#onEnd();
  }
}
