import { foreseen } from '../host/disk.ts';
import { exitCodes, Failure, type FailureKind } from '../host/failure.ts';

/** `command`: the user's command failed by itself. `interrupted`: stopped by a signal. */
export type Outcome = FailureKind | 'command' | 'interrupted';

/** The last line on stderr of any command whose status is not 0. Outside scripts read it. */
export function outcomeLine(
  outcome: Outcome,
  status: number,
  log?: string,
  dead: readonly string[] = [],
): string {
  const names = dead.length === 0 ? '' : ` dead=${dead.join(',')}`;
  return `zerohop: outcome=${outcome} status=${status}${names} log=${log ?? '-'}\n`;
}

export interface ReportedAs {
  /** The exit status, where it is not the one of the failure's kind. */
  failed?: number | undefined;
  /** Hosts that died while others went on. */
  dead?: readonly string[];
}

/** The text for stderr and the exit status of an error. */
export function failureText(
  thrown: unknown,
  { failed, dead = [] }: ReportedAs = {},
): { text: string; status: number } {
  const error = foreseen(thrown);
  if (!(error instanceof Failure)) return explainBug(error, failed);
  const status = failed ?? error.exitCode;
  const log = error.log === undefined ? '' : `  log: ${error.log}\n`;
  const next = error.next === undefined ? '' : `  next: ${error.next.replaceAll('\n', '\n        ')}\n`;
  const line = outcomeLine(error.kind, status, error.log, dead);
  return { text: `zerohop: ${error.message}\n${log}${next}${line}`, status };
}

function explainBug(error: unknown, status: number = exitCodes.infra): { text: string; status: number } {
  const stack = error instanceof Error ? describe(error) : `thrown: ${String(error)}`;
  const text = `zerohop: this is a bug in zerohop:\n${stack}\n  next: report it with the lines above\n`;
  return { text: text + outcomeLine('infra', status), status };
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `\n  caused by: ${describe(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
