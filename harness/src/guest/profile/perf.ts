import { PassThrough } from 'node:stream';
import { Failure } from '../../host/failure.ts';
import type { Host } from '../host.ts';
import type { Profiler } from './profiler.ts';

/** The part of a host that zerohop-perf needs. */
export type PerfHost = Pick<Host, 'start' | 'run'>;

export type PerfEvent = 'instructions' | 'cpu-clock';

/** Counts, or samples, what all CPUs of a host execute until it is stopped or disposed of. */
export interface Perf extends AsyncDisposable {
  /** Stops, and returns the sum or the lines of a profile. */
  stop(): Promise<string>;
}

/** Starts harness/guest/perf in a host, and returns once it counts. */
export async function startPerf(host: PerfHost, verb: 'count' | 'record', event: PerfEvent): Promise<Perf> {
  const stdin = new PassThrough();
  let said = '';
  let isCounting = () => {};
  const counting = new Promise<void>((resolve) => {
    isCounting = resolve;
  });
  const onStderr = (chunk: Buffer) => {
    said += chunk.toString();
    if (said.startsWith('counting\n')) isCounting();
  };
  const { result } = host.start(['zerohop-perf', verb, event], { stdin, onStderr });
  const output = result.then(({ status, stdout }) => {
    if (status === 0) return stdout.toString();
    throw new Failure('infra', `zerohop-perf ended with status ${status}: ${said.trim()}`);
  });
  output.catch(() => {});
  await Promise.race([counting, output]);
  const stop = () => {
    stdin.end();
    return output;
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop().catch(() => {})) };
}

/** Profiles by the CPUs' own counter. It is for KVM, where the emulator's plugin counts nothing. */
export function perfProfiler(host: PerfHost, event: PerfEvent = 'instructions'): Profiler {
  let perf: Perf | undefined;
  return {
    async start() {
      perf = await startPerf(host, 'record', event);
    },
    async stop() {
      if (perf === undefined) throw new Error('expected start() before stop()');
      return perf.stop();
    },
  };
}
