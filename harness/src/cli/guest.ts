import { rm } from 'node:fs/promises';
import { formatSplat } from '../guest/console/splat-report.ts';
import { type ConsoleVerdict, gravest, type HostEnd, judge } from '../guest/console/verdict.ts';
import { newLogFolder } from '../guest/log-folder.ts';
import type { HostSpec } from '../guest/spec.ts';
import { ensurePackages } from '../host/install.ts';
import type { BootableKernel } from '../kernel/bundle.ts';
import { resolveImage } from '../kernel/resolve.ts';
import { dryRun } from './guest-dry-run.ts';
import { giveOrder, hostOrder } from './guest-order.ts';
import { guestRequest } from './guest-request.ts';
import { runHosts } from './guest-run.ts';
import { hostSpecs, rootFor } from './guest-specs.ts';
import type { CommandContext } from './main.ts';
import { failureText, outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

/** Boots hosts, runs a command in each of them, and exits with the status of the gravest end; or gives an order. */
export async function guest(argv: string[], { signal, cwd }: CommandContext): Promise<number> {
  const order = hostOrder(argv, cwd);
  if (order !== undefined) {
    await giveOrder(order);
    return 0;
  }
  const request = guestRequest(argv, cwd);
  if (request.dryRun) {
    await dryRun(request);
    return 0;
  }
  await ensurePackages(['kernel', 'guest'], signal);
  const { progress, end } = drawProgress();
  const kernel = await resolveImage(request.kernel, { progress, signal }).finally(end);
  const root = await rootFor(kernel, request.tools, { progress }).finally(end);
  const logDir = await newLogFolder();
  const specs = hostSpecs(request, { kernelImage: kernel.image, rootImage: root.image }, logDir);
  const ends = await runHosts(specs, request, kernel.vmlinux, signal);
  const verdicts = await Promise.all(ends.map((end, index) => judge(specs[index] as HostSpec, end)));
  for (const verdict of verdicts) await tellSplats(verdict, kernel);
  const dead = specs.filter((_, index) => 'failure' in (ends[index] as HostEnd)).map(({ name }) => name);
  return conclude(gravest(verdicts), logDir, request.survive ? dead : []);
}

async function tellSplats(verdict: ConsoleVerdict | undefined, { vmlinux }: BootableKernel): Promise<void> {
  if (verdict?.outcome !== 'failed') return;
  for (const splat of verdict.splats) process.stderr.write(`${await formatSplat(splat, vmlinux)}\n\n`);
}

/** Prints the outcome. Removes the logs if everything went well. */
async function conclude(
  verdict: ConsoleVerdict | undefined,
  logDir: string,
  dead: readonly string[],
): Promise<number> {
  if (verdict === undefined) {
    await rm(logDir, { recursive: true });
    return 0;
  }
  if (verdict.outcome === 'failed' && dead.length === 0) throw verdict.failure;
  if (verdict.outcome === 'failed') {
    const { text, status } = failureText(verdict.failure, { dead });
    process.stderr.write(text);
    return status;
  }
  process.stderr.write(outcomeLine('command', verdict.status, logDir));
  return verdict.status;
}
