import { Failure } from '../host/failure.ts';
import { outcomeLine } from './outcome.ts';

/** Signals that end a command: 128+n is its exit status. */
const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type StopSignal = keyof typeof numbers;

/** Ctrl-C arrives twice, from the terminal and from npm: signals within this time are one request. */
const sameRequestMs = 1000;
/** How long compilers may take to end; afterwards the parent-death signal ends them. */
const graceMs = 30_000;

export interface Stop {
  signal: AbortSignal;
  /** 128+n after a signal. */
  status: () => number | undefined;
}

/** The first signal aborts the work, which then cleans up. A second one ends the process immediately. */
export function listenForStop(): Stop {
  const controller = new AbortController();
  const parentPid = process.ppid;
  let first: { status: number; atMs: number } | undefined;
  const onSignal = (name: StopSignal) => {
    const status = 128 + numbers[name];
    if (first === undefined) {
      first = { status, atMs: Date.now() };
      controller.abort(new Error(`stopped by ${name}`));
      setTimeout(() => {
        process.stderr.write(stoppedText(status));
        process.exit(status);
      }, graceMs).unref();
      return;
    }
    // npm's death sends SIGTERM too. During the cleanup it is not a second request.
    const fromParentsDeath = name === 'SIGTERM' && process.ppid !== parentPid;
    if (Date.now() - first.atMs > sameRequestMs && !fromParentsDeath) process.exit(status);
  };
  for (const name of Object.keys(numbers) as StopSignal[]) process.on(name, onSignal);
  return { signal: controller.signal, status: () => first?.status };
}

/** `consequence`: the error that the signal caused. It may contain the log and the resume command. */
export function stoppedText(status: number, consequence?: unknown): string {
  const { log, next } = consequence instanceof Failure ? consequence : {};
  const advice = next === undefined ? '' : `  next: ${next}\n`;
  return `zerohop: stopped by a signal\n${advice}${outcomeLine('interrupted', status, log)}`;
}
