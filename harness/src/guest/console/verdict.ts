import { readFile } from 'node:fs/promises';
import { Failure } from '../../host/failure.ts';
import { consoleLog } from '../qemu.ts';
import type { HostSpec, RunResult } from '../spec.ts';
import { type Splat, scanConsole } from './splat.ts';

/** How one host's part ended: by the command's own end, or by a failure instead of it. */
export type HostEnd = { result: RunResult } | { failure: Failure };

/** The end of a use that gave no result of a command, and no failure. */
export const endedWell: HostEnd = {
  result: { status: 0, timedOut: false, stdout: Buffer.of(), stderr: Buffer.of() },
};

/** How a host's use ended. An end by the signal and a bug of ours are thrown: no console explains them. */
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

/** A host that may be gone: its console is left. */
type Judged = Pick<HostSpec, 'name' | 'logDir'>;

/** What is to be said of a host where not all went well. */
export type Verdict =
  | { outcome: 'failed'; failure: Failure; splats: readonly Splat[] }
  | { outcome: 'command'; status: number };

/**
 * A complaint of the kernel outranks whatever the command said; then come the time limit, our own failure, and
 * the command's. A panic does not count beside a failure that names it: not each is the kernel's fault.
 */
export async function judge(spec: Judged, end: HostEnd): Promise<Verdict | undefined> {
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

/** The gravest, and of several that are equally grave the lowest-numbered host's. */
export function gravest(verdicts: readonly (Verdict | undefined)[]): Verdict | undefined {
  for (const kind of gravity) {
    const found = verdicts.find((verdict) => verdict !== undefined && kindOf(verdict) === kind);
    if (found !== undefined) return found;
  }
  return verdicts.find((verdict) => verdict !== undefined);
}

const gravity = ['kernel', 'timeout', 'infra', 'command'] as const;

function kindOf(verdict: Verdict): string {
  return verdict.outcome === 'failed' ? verdict.failure.kind : 'command';
}

/** A host that failed before its kernel said a word has no console to be judged by. */
async function complaintsOf(spec: Judged, failure: Failure | undefined): Promise<Splat[]> {
  const text = await readFile(consoleLog(spec), 'utf8').catch(() => '');
  try {
    return scanConsole(text);
  } catch (error) {
    if (failure === undefined) throw error;
    return [];
  }
}
