import { rm } from 'node:fs/promises';
import { formatSplat } from '../guest/console/splat-report.ts';
import { type ConsoleVerdict, gravest, judge } from '../guest/console/verdict.ts';
import { newLogFolder } from '../guest/log-folder.ts';
import { qemuArguments } from '../guest/qemu.ts';
import { buildRoot, type Root } from '../guest/root/root.ts';
import type { HostSpec } from '../guest/spec.ts';
import { accelerator } from '../host/accelerator.ts';
import type { Context } from '../host/context.ts';
import { ensurePackages } from '../host/install.ts';
import type { BootableKernel } from '../kernel/bundle.ts';
import { resolveImage } from '../kernel/resolve.ts';
import { fabricOf } from './guest-fabric.ts';
import { type GuestRequest, guestRequest } from './guest-request.ts';
import { runHosts } from './guest-run.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

/** Boots hosts, runs a command in each of them, and exits with the status of the gravest end. */
export async function guest(argv: string[], { signal, cwd }: CommandContext): Promise<number> {
  const request = guestRequest(argv, cwd);
  if (!request.dryRun) await ensurePackages(['kernel', 'guest'], signal);
  const display = drawProgress();
  const context = { progress: display.progress, signal };
  const kernel = await kernelOf(request, context).finally(display.end);
  const root = await rootFor(kernel);
  const logDir = await newLogFolder();
  await using fabric = await fabricOf(request.fabric, context).finally(display.end);
  const specs = hostSpecs(request, kernel, root, logDir).map((spec) => fabric.attach(spec));
  if (request.dryRun) {
    await printCommandLines(specs);
    await rm(logDir, { recursive: true });
    return 0;
  }
  const ends = await runHosts(specs, request, kernel.vmlinux, signal, fabric.prepare);
  const verdicts = await Promise.all(ends.map((end, index) => judge(specs[index] as HostSpec, end)));
  for (const verdict of verdicts) await tellSplats(verdict, kernel);
  return conclude(gravest(verdicts), logDir);
}

/** The kernel to boot. --dry-run builds none. */
function kernelOf({ kernel, dryRun }: GuestRequest, context: Context): Promise<BootableKernel> {
  return resolveImage(kernel, { ...context, onlyIfBuilt: dryRun });
}

/** The root with netperf, and with splicectl if the types of the kernel are available. */
function rootFor({ vmlinux }: BootableKernel): Promise<Root> {
  return vmlinux === undefined
    ? buildRoot(['net', 'netperf'])
    : buildRoot(['net', 'netperf', 'bpf'], { vmlinux });
}

const bootTimeoutMs = 90_000;

function hostSpecs(request: GuestRequest, kernel: BootableKernel, root: Root, logDir: string): HostSpec[] {
  const { hosts, cpus, memoryMb, shares, append, gdb } = request;
  return Array.from(
    { length: hosts },
    (_, index): HostSpec => ({
      name: `h${index}`,
      kernelImage: kernel.image,
      rootImage: root.image,
      ...{ cpus, memoryMb, shares, append, gdb },
      clock: 'wall',
      idle: 'default',
      seed: index + 1,
      qemuArgs: [],
      env: { HOST_INDEX: `${index}`, HOST_COUNT: `${hosts}`, ...request.env },
      logDir: hosts === 1 ? logDir : `${logDir}/h${index}`,
      bootTimeoutMs,
    }),
  );
}

/** Prints one line for each host, quoted for a shell. Its file descriptors are sockets of the harness. */
async function printCommandLines(specs: readonly HostSpec[]): Promise<void> {
  const choice = await accelerator();
  for (const spec of specs) {
    const words = [spec.qemu ?? 'qemu-system-x86_64', ...qemuArguments(spec, choice)];
    process.stdout.write(`${words.map(quoted).join(' ')}\n`);
  }
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

async function tellSplats(verdict: ConsoleVerdict | undefined, { vmlinux }: BootableKernel): Promise<void> {
  if (verdict?.outcome !== 'failed') return;
  for (const splat of verdict.splats) process.stderr.write(`${await formatSplat(splat, vmlinux)}\n\n`);
}

/** Prints the outcome. Removes the logs if everything went well. */
async function conclude(verdict: ConsoleVerdict | undefined, logDir: string): Promise<number> {
  if (verdict === undefined) {
    await rm(logDir, { recursive: true });
    return 0;
  }
  if (verdict.outcome === 'failed') throw verdict.failure;
  process.stderr.write(outcomeLine('command', verdict.status, logDir));
  return verdict.status;
}
