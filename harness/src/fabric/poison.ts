import type { Qmp } from '../guest/qmp.ts';
import { Failure } from '../host/failure.ts';
import { lockstepObject } from './lockstep.ts';

type Monitor = Pick<Qmp, 'execute'>;

const lineBytes = 64;
const device = { path: '/machine/peripheral/cxl-mem0' };

/**
 * The cache line with this byte of the shared memory goes bad for one host: its device lists the line and reports it,
 * and its processors take a machine check.
 */
export async function poison(monitor: Monitor, offset: number): Promise<void> {
  const start = offset - (offset % lineBytes);
  await refuseLockstep(monitor);
  const memory = await memoryOf(monitor);
  if (start >= memory.bytes)
    throw new Failure('usage', `the memory has ${memory.bytes} bytes, and none at ${offset}`, {
      next: 'name an offset into the shared memory, in bytes',
    });
  await monitor.execute('cxl-inject-poison', { ...device, start, length: lineBytes });
  await monitor.execute('cxl-inject-general-media-event', { ...device, dpa: start, ...scrubbed });
  await machineCheck(monitor, memory.base + start);
}

/** The machine check would come at an instant of real time, so that no run would repeat another. */
async function refuseLockstep(monitor: Monitor): Promise<void> {
  const objects = (await monitor.execute('qom-list', { path: '/objects' })) as readonly { name: string }[];
  if (!objects.some(({ name }) => name === lockstepObject)) return;
  throw new Failure(
    'usage',
    'this host runs in lockstep, where nothing may happen that the seed does not say',
    {
      next: 'boot the hosts without lockstep',
    },
  );
}

/** CXL 3.0, tables 8-42 and 8-43: a failure (2), uncorrectable (1), an ECC error (0), found by the device's scrubber (5). */
const scrubbed = { log: 'failure', flags: 2, descriptor: 1, type: 0, 'transaction-type': 5 };

/** Where the host's kernel has put the memory. */
async function memoryOf(monitor: Monitor): Promise<{ base: number; bytes: number }> {
  const views = String(await command(monitor, 'info mtree -f'));
  for (const [, first, last] of views.matchAll(/^ *([0-9a-f]+)-([0-9a-f]+) \(prio 0, \S+\): fabric0\s*$/gm)) {
    const base = Number.parseInt(`${first}`, 16);
    if (base > 0) return { base, bytes: Number.parseInt(`${last}`, 16) - base + 1 };
  }
  throw new Failure('usage', 'this host has no CXL memory in use', {
    next: 'boot it with --fabric and --qmp, and wait until the memory is announced',
  });
}

/**
 * "Uncorrected, found by a scrubber": the kernel takes the page away from every process that maps it. All CPUs get it,
 * because Linux waits for each. The status is valid, uncorrected, enabled, signalled, with address and kind of address.
 */
async function machineCheck(monitor: Monitor, address: number): Promise<void> {
  const [cpu, bank, status, globalStatus, physicalLine] = [0, 9, '0xbd000000000000c0', '0x5', '0x86'];
  await command(
    monitor,
    `mce -b ${cpu} ${bank} ${status} ${globalStatus} 0x${address.toString(16)} ${physicalLine}`,
  );
}

function command(monitor: Monitor, line: string): Promise<unknown> {
  return monitor.execute('human-monitor-command', { 'command-line': line });
}
