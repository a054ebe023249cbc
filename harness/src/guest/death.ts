import { Failure, type FailureKind } from '../host/failure.ts';
import type { MachineExit } from './machine.ts';

export interface Death {
  name: string;
  /** Whether the guest had reported that it was ready. */
  ready: boolean;
  exit: MachineExit;
  console: string;
  /** QEMU's own output. */
  qemu: string;
  consoleLog: string;
  qemuLog: string;
}

/**
 * The failure that explains why a host ended that nobody stopped. The kernel's console decides first, then QEMU's
 * reason. A QEMU without a reason has crashed or was killed.
 */
export function failureOf({ name, ready, exit, console, qemu, consoleLog, qemuLog }: Death): Failure {
  const panic = /Kernel panic - not syncing: (.*)/.exec(console)?.[1]?.trim();
  const said = (kind: FailureKind, what: string, log: string, next: string) =>
    new Failure(kind, `${name}: ${what}`, { log, next });

  if (panic !== undefined && notTheKernelsFault.some((pattern) => pattern.test(panic)))
    return said(
      'infra',
      `the guest cannot continue: ${panic}`,
      consoleLog,
      'see the console log; give it more --memory, or check the kernel and its --append',
    );
  if (panic !== undefined)
    return said('kernel', `the kernel panicked: ${panic}`, consoleLog, 'see the console log');
  const complaint = /zerohop: (.*)/.exec(console)?.[1]?.trim();
  if (exit.reason === 'guest-shutdown' && complaint !== undefined)
    return said('infra', `the guest powered itself off: ${complaint}`, consoleLog, 'see the console log');
  if (exit.reason === 'guest-shutdown')
    return said('infra', 'the guest was powered off from inside', consoleLog, 'see what was run in it');
  if (exit.reason === 'guest-reset' && /reboot: Restarting system/.test(console))
    return said('infra', 'the guest was restarted from inside', consoleLog, 'see what was run in it');
  if (exit.reason === 'guest-reset') {
    const when = ready ? '' : ' before it was ready';
    return said(
      'kernel',
      `the guest reset itself without a message (a triple fault)${when}`,
      consoleLog,
      'see the console log',
    );
  }
  const end = exit.signal === null ? `status ${exit.code}` : `signal ${exit.signal}`;
  const lastWords = qemu.trim().split('\n').at(-1);
  return said(
    'infra',
    `QEMU ended by itself with ${end}${lastWords ? `: ${lastWords}` : ''}`,
    qemuLog,
    'see its log',
  );
}

/** Panics caused by the machine's size or by the root filesystem, not by a bug of the kernel. */
const notTheKernelsFault = [
  /Attempted to kill init/,
  /Unable to mount root fs/,
  /No working init found/,
  /Requested init .* failed/,
  /deadlocked on memory/,
  /Out of memory/,
];
