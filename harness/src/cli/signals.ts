import { Failure } from '../host/failure.ts';
import { outcomeLine } from './outcome.ts';

/** Signals that end a command: 128+n is its exit status. */
const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type StopSignal = keyof typeof numbers;

/** Ctrl-C reaches us twice, from the terminal and from npm: what follows this closely is the same request. */
const sameRequestMs = 1000;
/** A compiler may take a while to end; what has not by then is left to its parent-death signal. */
const graceMs = 30_000;

export interface Stop {
  signal: AbortSignal;
  /** 128+n once a signal came. */
  status: () => number | undefined;
}

/** The first signal aborts what goes on, which then tidies up; a second one ends the process at once. */
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
    // npm's death sends us a SIGTERM of its own: while we tidy up it asks for nothing new.
    const fromParentsDeath = name === 'SIGTERM' && process.ppid !== parentPid;
    if (Date.now() - first.atMs > sameRequestMs && !fromParentsDeath) process.exit(status);
  };
  for (const name of Object.keys(numbers) as StopSignal[]) process.on(name, onSignal);
  return { signal: controller.signal, status: () => first?.status };
}

/** `consequence`: what was thrown because of the signal; it may know what is left, and how to go on. */
export function stoppedText(status: number, consequence?: unknown): string {
  const { log, next } = consequence instanceof Failure ? consequence : {};
  const advice = next === undefined ? '' : `  next: ${next}\n`;
  return `zerohop: stopped by a signal\n${advice}${outcomeLine('interrupted', status, log)}`;
}
