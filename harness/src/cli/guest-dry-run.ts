import { rm } from 'node:fs/promises';
import type { Fabric, FabricRequest } from '../fabric/fabric.ts';
import { startFabric } from '../fabric/fabrics.ts';
import { onFabric } from '../fabric/raise.ts';
import { newLogFolder } from '../guest/log-folder.ts';
import { qemuArguments } from '../guest/qemu.ts';
import { accelerator } from '../host/accelerator.ts';
import { NotBuilt } from '../host/failure.ts';
import { kernelId, resolveImage } from '../kernel/resolve.ts';
import type { GuestRequest } from './guest-request.ts';
import { hostSpecs, rootFor } from './guest-specs.ts';

const onlyIfBuilt = true;

/**
 * Prints QEMU's command line for each host, quoted for a shell. Fetches and builds nothing: a word in capitals stands
 * for a file that is not built yet. The file descriptors are sockets of the harness.
 */
export async function dryRun(request: GuestRequest): Promise<void> {
  const choice = await accelerator();
  const images = await imagesOf(request);
  const logDir = await newLogFolder();
  try {
    const specs = hostSpecs(request, images, logDir);
    await using fabric = request.fabric === undefined ? undefined : await fabricOf(request.fabric);
    for (const spec of fabric === undefined ? specs : onFabric(fabric, specs)) {
      const words = [spec.qemu ?? 'qemu-system-x86_64', ...qemuArguments(spec, choice)];
      process.stdout.write(`${words.map(quoted).join(' ')}\n`);
    }
  } finally {
    await rm(logDir, { recursive: true });
  }
}

async function imagesOf({ kernel: spec, tools }: GuestRequest) {
  const kernel = await ifBuilt(resolveImage(spec, { onlyIfBuilt }));
  const root = kernel && (await ifBuilt(rootFor(kernel, tools, { onlyIfBuilt })));
  if (kernel === undefined) tellMissing('KERNEL', `the kernel ${await kernelId(spec)}`);
  if (root === undefined) tellMissing('ROOT', 'the root filesystem');
  return { kernelImage: kernel?.image ?? 'KERNEL', rootImage: root?.image ?? 'ROOT' };
}

/** Port 0 stands for the one that a memory server of the run would get. */
async function fabricOf(request: FabricRequest): Promise<Fabric> {
  const wanted = { address: '127.0.0.1:0', ...request };
  const fabric = await ifBuilt(startFabric(wanted, { onlyIfBuilt }));
  if (fabric !== undefined) return fabric;
  tellMissing('QEMU', 'QEMU with the patches of qemu/patches');
  return startFabric({ ...wanted, qemu: { path: 'QEMU', straight: true, stock: false } });
}

async function ifBuilt<T>(wanted: Promise<T>): Promise<T | undefined> {
  return wanted.catch((error) => {
    if (error instanceof NotBuilt) return undefined;
    throw error;
  });
}

function tellMissing(word: string, what: string): void {
  process.stderr.write(`zerohop: ${word} is ${what}: not built yet, a run would build it\n`);
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
