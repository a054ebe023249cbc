import { readFile } from 'node:fs/promises';
import { Failure } from '../../host/failure.ts';
import { consoleLog } from '../qemu.ts';
import type { HostSpec, RunResult } from '../spec.ts';
import { type Splat, scanConsole } from './splat.ts';

/** How the use of one host ended: with a command's result, or with a failure. */
export type HostEnd = { result: RunResult } | { failure: Failure };

/** The end of a use without a failure and without a command's result. */
export const endedWell: HostEnd = {
  result: { status: 0, timedOut: false, stdout: Buffer.of(), stderr: Buffer.of() },
};

/** How a host's use ended. Rethrows an abort and errors that are not Failures: no console explains them. */
export async function endOf<T>(
  use: Promise<T>,
  signal: AbortSignal,
): Promise<{ result: T } | { failure: Failure }> {
  try {
    return { result: await use };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

/** A host that may have ended; its console log still exists. */
type Ended = Pick<HostSpec, 'name' | 'logDir'>;

/** The verdict on a host that had a failure. */
export type ConsoleVerdict =
  | { outcome: 'failed'; failure: Failure; splats: readonly Splat[] }
  | { outcome: 'command'; status: number };

/**
 * A complaint of the kernel comes first, then the time limit, then a failure of the harness, then the command's own.
 * A panic is ignored if the failure already names it, because not every panic is a bug of the kernel.
 */
export async function judge(spec: Ended, end: HostEnd): Promise<ConsoleVerdict | undefined> {
  const failure = 'failure' in end ? end.failure : undefined;
  const splats = await complaintsOf(spec, failure);
  const [first] = splats.filter(({ kind }) => failure === undefined || kind !== 'panic');
  if (first !== undefined && failure?.kind !== 'kernel') {
    const facts = { log: consoleLog(spec), next: 'see the report above, and the console log' };
    const complaint = new Failure('kernel', `${spec.name}: the kernel complained: ${first.title}`, facts);
    return { outcome: 'failed', failure: complaint, splats };
  }
  if (failure !== undefined) return { outcome: 'failed', failure, splats };
  const { timedOut, status } = (end as { result: RunResult }).result;
  if (timedOut) {
    const what = `${spec.name}: the command was still running at its time limit, and was killed`;
    const facts = { log: spec.logDir, next: 'give it a longer --timeout, or none' };
    return { outcome: 'failed', failure: new Failure('timeout', what, facts), splats };
  }
  return status === 0 ? undefined : { outcome: 'command', status };
}

/** The gravest verdict; among equals, the one of the first host. */
export function gravest(verdicts: readonly (ConsoleVerdict | undefined)[]): ConsoleVerdict | undefined {
  for (const kind of gravity) {
    const found = verdicts.find((verdict) => verdict !== undefined && kindOf(verdict) === kind);
    if (found !== undefined) return found;
  }
  return verdicts.find((verdict) => verdict !== undefined);
}

const gravity = ['kernel', 'timeout', 'infra', 'command'] as const;

function kindOf(verdict: ConsoleVerdict): string {
  return verdict.outcome === 'failed' ? verdict.failure.kind : 'command';
}

/** A host that failed before its kernel printed anything has no console to judge. */
async function complaintsOf(spec: Ended, failure: Failure | undefined): Promise<Splat[]> {
  const text = await readFile(consoleLog(spec), 'utf8').catch(() => '');
  try {
    return scanConsole(text);
  } catch (error) {
    if (failure === undefined) throw error;
    return [];
  }
}
