import { rm } from 'node:fs/promises';
import { startFabric } from '../fabric/fabrics.ts';
import { withMemoryTables } from '../fabric/firmware.ts';
import { onFabric } from '../fabric/raise.ts';
import { formatSplat } from '../guest/console/splat-report.ts';
import { type ConsoleVerdict, gravest, type HostEnd, judge } from '../guest/console/verdict.ts';
import { newLogFolder } from '../guest/log-folder.ts';
import { qemuArguments } from '../guest/qemu.ts';
import { buildRoot, type Root } from '../guest/root/root.ts';
import { spareMemory } from '../guest/spare-memory.ts';
import type { HostSpec } from '../guest/spec.ts';
import { accelerator } from '../host/accelerator.ts';
import type { Context } from '../host/context.ts';
import { ensurePackages } from '../host/install.ts';
import type { Progress } from '../host/progress.ts';
import type { BootableKernel } from '../kernel/bundle.ts';
import { resolveImage } from '../kernel/resolve.ts';
import { giveOrder, hostOrder } from './guest-order.ts';
import { type GuestRequest, guestRequest } from './guest-request.ts';
import { qmpSocket, runHosts } from './guest-run.ts';
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
  if (!request.dryRun) await ensurePackages(['kernel', 'guest'], signal);
  const display = drawProgress();
  const { progress } = display;
  const kernel = await kernelOf(request, { progress, signal }).finally(display.end);
  const root = await rootFor(kernel, request.tools, progress).finally(display.end);
  const logDir = await newLogFolder();
  const specs = hostSpecs(request, kernel, root, logDir);
  if (request.dryRun) {
    await printCommandLines(request, specs);
    await rm(logDir, { recursive: true });
    return 0;
  }
  const ends = await runHosts(specs, request, kernel.vmlinux, signal);
  const verdicts = await Promise.all(ends.map((end, index) => judge(specs[index] as HostSpec, end)));
  for (const verdict of verdicts) await tellSplats(verdict, kernel);
  const dead = specs.filter((_, index) => 'failure' in (ends[index] as HostEnd)).map(({ name }) => name);
  return conclude(gravest(verdicts), logDir, request.survive ? dead : []);
}

/** The kernel to boot. --dry-run builds none. */
function kernelOf({ kernel, dryRun }: GuestRequest, context: Context): Promise<BootableKernel> {
  return resolveImage(kernel, { ...context, onlyIfBuilt: dryRun });
}

/** The root with netperf and DaxFS's tools, and with splicectl and the modules if there is more than a bare image. */
function rootFor(kernel: BootableKernel, tools: GuestRequest['tools'], progress: Progress): Promise<Root> {
  const always = ['net', 'netperf', 'daxfs', ...tools] as const;
  return kernel.metadata === undefined
    ? buildRoot(always, { progress })
    : buildRoot([...always, 'bpf'], { ...kernel, progress });
}

const bootTimeoutMs = 90_000;

function hostSpecs(request: GuestRequest, kernel: BootableKernel, root: Root, logDir: string): HostSpec[] {
  const { hosts, cpus, shares, gdb, clock } = request;
  const memory = request.fabric === undefined ? spareMemory(request) : request;
  const folder = (index: number) => (hosts === 1 ? logDir : `${logDir}/h${index}`);
  const specs = Array.from(
    { length: hosts },
    (_, index): HostSpec => ({
      name: `h${index}`,
      kernelImage: kernel.image,
      rootImage: root.image,
      ...{ cpus, memoryMb: memory.memoryMb, shares, append: memory.append, gdb },
      clock,
      idle: 'default',
      seed: index + 1,
      qemuArgs: request.qmp ? ['-qmp', `unix:${qmpSocket(folder(index))},server=on,wait=off`] : [],
      env: { HOST_INDEX: `${index}`, HOST_COUNT: `${hosts}`, ...request.env },
      logDir: folder(index),
      bootTimeoutMs,
    }),
  );
  const { asRam, fabric } = request;
  return asRam && fabric !== undefined ? specs.map((spec) => withMemoryTables(spec, fabric)) : specs;
}

/** Prints one line for each host, quoted for a shell. Its file descriptors are sockets of the harness. */
async function printCommandLines(
  { fabric: wanted }: GuestRequest,
  specs: readonly HostSpec[],
): Promise<void> {
  const choice = await accelerator();
  await using fabric = wanted === undefined ? undefined : await startFabric(wanted);
  for (const spec of fabric === undefined ? specs : onFabric(fabric, specs)) {
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
