import { foreseen } from '../host/disk.ts';
import { exitCodes, Failure, type FailureKind } from '../host/failure.ts';

/** `command`: what the user asked to run ended badly by itself. `interrupted`: a signal told us to stop. */
export type Outcome = FailureKind | 'command' | 'interrupted';

/** The last line on stderr of any command that did not end 0: outside scripts read it. */
export function outcomeLine(outcome: Outcome, status: number, log?: string): string {
  return `zerohop: outcome=${outcome} status=${status} log=${log ?? '-'}\n`;
}

/** Whatever was thrown, in the words for stderr, and the exit status that goes with it unless `failed` is another. */
export function failureText(thrown: unknown, failed?: number): { text: string; status: number } {
  const error = foreseen(thrown);
  if (!(error instanceof Failure)) return explainBug(error, failed);
  const status = failed ?? error.exitCode;
  const log = error.log === undefined ? '' : `  log: ${error.log}\n`;
  const next = error.next === undefined ? '' : `  next: ${error.next.replaceAll('\n', '\n        ')}\n`;
  const line = outcomeLine(error.kind, status, error.log);
  return { text: `zerohop: ${error.message}\n${log}${next}${line}`, status };
}

function explainBug(error: unknown, status: number = exitCodes.infra): { text: string; status: number } {
  const stack = error instanceof Error ? describe(error) : `thrown: ${String(error)}`;
  const text = `zerohop: this is a bug of ours, not of yours:\n${stack}\n  next: report it with the lines above\n`;
  return { text: text + outcomeLine('infra', status), status };
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `\n  caused by: ${describe(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
