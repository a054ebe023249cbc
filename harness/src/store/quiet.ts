import type { Arm } from '../experiment/machine.ts';
import { consoleLog } from '../guest/qemu.ts';
import type { HostSpec } from '../guest/spec.ts';
import { formatSplat } from '../guest/splat-report.ts';
import { gravest, judge } from '../guest/verdict.ts';
import { Failure } from '../host/failure.ts';

const wentWell = { result: { status: 0, timedOut: false, stdout: Buffer.of(), stderr: Buffer.of() } };

/**
 * Ends a run whose kernel complained, whatever its workload said: the complaints, symbolised, are the failure.
 * `failure` is how the boot ended otherwise, if it ended badly.
 */
export async function demandQuietKernels(
  specs: readonly HostSpec[],
  { kernel }: Arm,
  failure?: Failure,
): Promise<void> {
  const end = failure === undefined ? wentWell : { failure };
  const verdict = gravest(await Promise.all(specs.map((spec) => judge(spec, end))));
  if (verdict?.outcome !== 'failed') return;
  const reports = await Promise.all(verdict.splats.map((splat) => formatSplat(splat, kernel.vmlinux)));
  const { kind, message, next, log = consoleLog(specs[0] as HostSpec) } = verdict.failure;
  throw new Failure(kind, [message, ...reports].join('\n'), {
    log,
    cause: failure,
    ...(next === undefined ? {} : { next }),
  });
}
