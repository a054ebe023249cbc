import { z } from 'zod';
import type { Host } from '../../guest/host.ts';
import { Failure } from '../../host/failure.ts';
import type { Params } from '../sample.ts';
import { setSysctls } from '../sysctl.ts';
import { cgroup } from '../topology.ts';
import type { Site } from '../workload.ts';
import type { Variant } from './sockets.ts';

/** A variant's mechanism while it is switched on for the cgroup under test. */
export interface Mechanism extends AsyncDisposable {
  /** Counters that only grow, as the mechanism's own loader reports them. */
  counters(): Promise<Record<string, number>>;
}

const statusSchema = z.record(z.string(), z.unknown());

/** Switches a variant on; what it does not need switched on has no counters of its own. */
export async function enter({ host, variant, params }: Omit<Site, 'variantName'>): Promise<Mechanism> {
  const { loader } = variant;
  if (loader === undefined) {
    return { counters: async () => ({}), async [Symbol.asyncDispose]() {} };
  }
  await setSysctls(host, params.topology, variant.sysctls?.(params) ?? {});
  await control(host, [loader, 'enable', '--cgroup', cgroup, ...(variant.loaderArgs?.(params) ?? [])]);
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

/** Why a variant cannot be had here: by this kernel, or by what is asked of it. Null when it can. */
export async function unavailability(host: Host, variant: Variant, params: Params): Promise<string | null> {
  if (params['test'] === 'stream' && variant.noStream !== undefined) {
    return variant.noStream;
  }
  if (variant.kernelSymbol === undefined) {
    return null;
  }
  const found = await host.run(['grep', '-qw', variant.kernelSymbol, '/proc/kallsyms']);
  return found.status === 0 ? null : `not available in this kernel (it has no ${variant.kernelSymbol})`;
}

async function control(host: Host, argv: string[]): Promise<string> {
  const result = await host.run(argv, { timeoutMs: 60_000 });
  if (result.status !== 0) {
    throw new Failure('cell', `${argv.join(' ')} ended with status ${result.status}: ${result.stderr}`);
  }
  return result.stdout.toString();
}
