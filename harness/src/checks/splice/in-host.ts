import { endedWell, endOf, judge } from '../../guest/console/verdict.ts';
import type { Host } from '../../guest/host.ts';
import type { Context } from '../../host/context.ts';
import { bootSpliced, type SplicedHostOptions } from './host.ts';

/** Runs in a host of its own. Returns what `run` finds, and what the kernel complained of. */
export async function inHost(
  options: SplicedHostOptions & Context,
  name: string,
  run: (host: Host) => Promise<readonly string[]>,
): Promise<string[]> {
  await using host = await bootSpliced(options);
  const end = await endOf(run(host), options.signal);
  const verdict = await judge(host.spec, 'failure' in end ? end : endedWell);
  const found = 'result' in end ? end.result : [];
  if (verdict?.outcome !== 'failed') return [...found];
  return [...found, `${name}: ${verdict.failure.message} (${host.spec.logDir})`];
}
