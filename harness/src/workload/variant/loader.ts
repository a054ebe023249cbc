import { z } from 'zod';
import type { Host } from '../../guest/host.ts';
import type { HostSite } from '../site.ts';
import { setSysctls } from '../sysctl.ts';
import { cgroup } from '../topology.ts';
import type { SocketRow } from './socket-row.ts';

/** A mechanism that is enabled for the cgroup under test. */
export interface Mechanism extends AsyncDisposable {
  /** Counters that only grow, as the mechanism's own loader reports them. */
  counters(): Promise<Record<string, number>>;
}

const statusSchema = z.record(z.string(), z.unknown());

/** Enables a mechanism. A variant without a loader has no mechanism and no counters. */
export async function loaded(
  { loader, loaderArgs, sysctls }: SocketRow,
  { host, params }: HostSite,
): Promise<Mechanism> {
  if (loader === undefined) {
    return { counters: async () => ({}), async [Symbol.asyncDispose]() {} };
  }
  await setSysctls(host, params.topology, sysctls?.(params) ?? {});
  await control(host, [loader, 'enable', '--cgroup', cgroup, ...(loaderArgs?.(params) ?? [])]);
  return {
    async counters() {
      const status = statusSchema.parse(JSON.parse(await control(host, [loader, 'status', '--json'])));
      return Object.fromEntries(
        Object.entries(status).filter((e): e is [string, number] => typeof e[1] === 'number'),
      );
    },
    async [Symbol.asyncDispose]() {
      await control(host, [loader, 'disable']);
    },
  };
}

async function control(host: Host, argv: string[]): Promise<string> {
  const { stdout } = await host.must(argv, { timeoutMs: 60_000, kind: 'cell' });
  return stdout.toString();
}
