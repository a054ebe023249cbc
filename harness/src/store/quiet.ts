import type { Arm } from '../experiment/machine.ts';
import { consoleLog } from '../guest/qemu.ts';
import type { HostSpec } from '../guest/spec.ts';
import { formatSplat } from '../guest/splat-report.ts';
import { judge } from '../guest/verdict.ts';
import { Failure } from '../host/failure.ts';

const wentWell = { result: { status: 0, timedOut: false, stdout: Buffer.of(), stderr: Buffer.of() } };

/**
 * Ends a run whose kernel complained, whatever its workload said: the complaints, symbolised, are the failure.
 * `failure` is how the boot ended otherwise, if it ended badly.
 */
export async function demandQuietKernel(spec: HostSpec, { kernel }: Arm, failure?: Failure): Promise<void> {
  const verdict = await judge(spec, failure === undefined ? wentWell : { failure });
  if (verdict?.outcome !== 'failed') return;
  const reports = await Promise.all(verdict.splats.map((splat) => formatSplat(splat, kernel.vmlinux)));
  const { kind, message, next } = verdict.failure;
  throw new Failure(kind, [message, ...reports].join('\n'), {
    log: consoleLog(spec),
    cause: failure,
    ...(next === undefined ? {} : { next }),
  });
}
