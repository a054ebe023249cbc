import type { Host } from '../guest/host.ts';
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
  await host.must(['slowctl', ...args], { timeoutMs: 60_000, kind: 'cell' });
}
