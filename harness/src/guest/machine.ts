import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { withParentDeathSignal } from '../host/parent-death.ts';
import { Channel } from './channel/channel.ts';
import { type Accelerator, inheritedFds, qemuArguments } from './qemu.ts';
import { Qmp } from './qmp.ts';
import type { HostSpec } from './spec.ts';

export interface MachineExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The reason that QEMU gave: guest-shutdown, guest-reset, host-signal...; undefined if it gave none. */
  reason: string | undefined;
}

/** A QEMU process with its channels. It dies with this process, however this process ends. */
export class Machine {
  readonly argv: readonly string[];
  readonly channel: Channel;
  readonly qmp: Qmp;
  readonly exit: Promise<MachineExit>;
  /** Told when the vCPUs stop and run again, also by another's order. */
  onRunState: (running: boolean) => void = () => {};
  readonly #process: ChildProcess;
  #reason: string | undefined;

  constructor(spec: HostSpec, accelerator: Accelerator) {
    this.argv = [spec.qemu ?? 'qemu-system-x86_64', ...qemuArguments(spec, accelerator)];
    mkdirSync(spec.logDir, { recursive: true });
    const log = openSync(qemuLog(spec), 'a');
    // QEMU has its own session, so that Ctrl-C reaches this process alone, which then cleans up.
    const [program, ...args] = withParentDeathSignal(this.argv);
    this.#process = spawn(program, args, {
      stdio: ['ignore', log, log, 'pipe', 'pipe'],
      detached: true,
    });
    closeSync(log);
    this.exit = new Promise((resolve, reject) => {
      this.#process.on('error', reject);
      this.#process.on('close', (code, signal) => resolve({ code, signal, reason: this.#reason }));
    });
    this.channel = new Channel(this.#stream('agent'));
    this.qmp = new Qmp(this.#stream('qmp'), (name, data) => {
      if (name === 'SHUTDOWN') this.#reason = String(data['reason']);
      if (name === 'STOP' || name === 'RESUME') this.onRunState(name === 'RESUME');
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #stream(name: keyof typeof inheritedFds): Duplex {
    return (this.#process.stdio as unknown as Duplex[])[inheritedFds[name]] as Duplex;
  }
}

export function qemuLog(spec: HostSpec): string {
  return `${spec.logDir}/qemu.log`;
}
