import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatSplat } from '../guest/console/splat-report.ts';
import { endedWell, gravest, judge } from '../guest/console/verdict.ts';
import { consoleLog } from '../guest/qemu.ts';
import type { HostSpec } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import { only } from '../store/events.ts';
import type { JournalEvent } from '../store/journal.ts';
import type { Run } from '../store/run.ts';
import type { TestedKernel } from './machine.ts';

/** Uses hosts, and then checks their consoles even if the use failed. */
export async function withConsolesChecked<T>(
  use: () => Promise<T>,
  judge: (failure?: Failure) => Promise<void>,
  signal: AbortSignal,
): Promise<T> {
  const used = await use().catch(async (error: unknown) => {
    // An aborted use, by a signal or because of another boot, has no failure of its own.
    if (error instanceof Failure && error !== signal.reason) await judge(error);
    throw error;
  });
  await judge();
  return used;
}

/**
 * Throws if a kernel complained, whatever the workload's result; the failure shows the symbolised complaints.
 * `failure` is how the boot failed otherwise, if it did.
 */
export async function checkConsoles(
  specs: readonly HostSpec[],
  { kernel }: Pick<TestedKernel, 'kernel'>,
  failure?: Failure,
): Promise<void> {
  const end = failure === undefined ? endedWell : { failure };
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

/** Like checkConsoles, for a boot of a run: the run records the complaint. */
export async function checkBootConsoles(
  run: Run,
  boot: string,
  specs: readonly HostSpec[],
  tested: Pick<TestedKernel, 'kernel'>,
  failure?: Failure,
): Promise<void> {
  try {
    await checkConsoles(specs, tested, failure);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'kernel') {
      const [why = ''] = error.message.split('\n');
      await run.complained(boot, why, error.log);
    }
    throw error;
  }
}

/**
 * Refuses to resume a run whose kernel complained, because retrying until no complaint appears would hide it. The
 * consoles are checked again, because the run may have ended before they were judged.
 */
export async function checkRunConsoles(dir: string, events: readonly JournalEvent[]): Promise<void> {
  const complaint = await complaintIn(dir, events);
  if (complaint === null) return;
  throw new Failure('kernel', `this run cannot be resumed: ${complaint.why}`, {
    log: complaint.log,
    next: 'see the console log, fix the kernel, and start a new run',
  });
}

/** The complaint of a kernel of the run, by the journal or by any console; null if there is none. */
export async function complaintIn(
  dir: string,
  events: readonly JournalEvent[],
): Promise<{ why: string; log: string } | null> {
  const [known] = only(events, 'complained');
  if (known !== undefined) return { why: `boot ${known.boot}: ${known.why}`, log: join(dir, known.log) };
  const cut = new Failure('infra', 'the boot was cut off');
  const logs = join(dir, 'logs');
  for (const name of await placesOfConsoles(logs)) {
    const spec = { name: `boot ${name}`, logDir: join(logs, name) };
    const verdict = await judge(spec, { failure: cut });
    if (verdict?.outcome === 'failed' && verdict.failure !== cut)
      return { why: verdict.failure.message, log: consoleLog(spec) };
  }
  return null;
}

async function placesOfConsoles(logs: string): Promise<string[]> {
  if (!existsSync(logs)) {
    throw new Failure('usage', `${logs} is missing, and with it what the kernels said`, {
      next: 'resume the original run folder, or start a new run',
    });
  }
  const files = await readdir(logs, { recursive: true });
  return files.filter((file) => basename(file) === 'console.log').map((file) => dirname(file));
}
