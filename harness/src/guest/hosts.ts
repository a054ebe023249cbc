import { type BootOptions, boot } from './boot.ts';
import type { Host } from './host.ts';
import type { HostSpec } from './spec.ts';

/** Boots them in parallel. If a boot fails, the other hosts are killed and the first failure is thrown. */
export async function bootHosts(specs: readonly HostSpec[], options: BootOptions = {}): Promise<Host[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const boots = specs.map((spec) => boot(spec, { ...options, signal }));
  for (const one of boots) one.catch((reason) => failed.abort(reason));
  const ends = await Promise.allSettled(boots);
  const hosts = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  if (hosts.length === specs.length) return hosts;
  await Promise.all(hosts.map((host) => host.kill()));
  throw signal.reason;
}
