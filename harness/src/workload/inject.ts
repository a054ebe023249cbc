import type { Host } from '../guest/host.ts';
import { Failure } from '../host/failure.ts';
import { cgroup } from './topology.ts';

/**
 * The positive control: a BPF program on the send path of the cgroup under test runs an empty loop, so that the
 * kernel really is slower. Samples are not scaled.
 */
export async function slowDown(host: Host, iterations: number): Promise<AsyncDisposable> {
  await slowctl(host, ['enable', '--cgroup', cgroup, '--iterations', `${iterations}`]);
  return {
    async [Symbol.asyncDispose]() {
      await slowctl(host, ['disable']);
    },
  };
}

async function slowctl(host: Host, args: string[]) {
  const { status, stderr } = await host.run(['slowctl', ...args], { timeoutMs: 60_000 });
  if (status !== 0) {
    throw new Failure('cell', `slowctl ${args[0]} ended with status ${status}: ${stderr}`);
  }
}
