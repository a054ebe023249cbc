import { boot } from '../../guest/boot.ts';
import { endedWell, endOf, judge } from '../../guest/console/verdict.ts';
import type { Host } from '../../guest/host.ts';
import { newLogFolder } from '../../guest/log-folder.ts';
import { buildRoot } from '../../guest/root/root.ts';
import { spareMemory, spareRegion } from '../../guest/spare-memory.ts';
import { plainHost } from '../../guest/spec.ts';
import type { Context } from '../../host/context.ts';
import type { Bundle } from '../../kernel/bundle.ts';

export interface SuiteSize {
  /** The tester of random calls and mappings runs once for each. */
  seeds: readonly number[];
  operations: number;
  /** Files that are written, cut and removed one after the other. */
  loops: number;
  /** How long threads use the same names and bytes at once, for each of some fifteen scenes. */
  stormMs: number;
  /** Images that are changed in one place, mounted and used. */
  images: number;
}

export interface ScriptRun extends Pick<Context, 'signal'> {
  memoryMb: number;
  /** Programs of the root, beside DaxFS's own. */
  programs?: readonly ProgramName[];
  /** Called before each script. */
  before?: (name: string) => void;
  /** Run in the guest at the end, for the last complaints. */
  afterwards?: readonly string[];
}

type ProgramName = Parameters<typeof buildRoot>[0][number];

export interface SuiteRun extends ScriptRun {
  size: SuiteSize;
}

const memory = `phys:${spareRegion.start},${spareRegion.bytes}`;
/** A small image within the same memory, so that there is something around it. */
const small = { start: spareRegion.start + 8 * 2 ** 20, bytes: 4 * 2 ** 20 };
const used = `df /d | awk 'NR == 2 { print $3 }'`;

/** A script for each check: it must end with 0, with the filesystem at /d and a tmpfs at /t. */
export function suiteScripts({
  seeds,
  operations,
  loops,
  stormMs,
  images,
}: SuiteSize): Record<string, string> {
  return {
    posix:
      'mkdir /d/w /t/w; for at in t d; do zerohop-daxfs posix /$at/w >/tmp/$at; done; diff /tmp/t /tmp/d',
    fsx: `for s in ${seeds.join(' ')}; do zerohop-daxfs fsx /d/fsx $s ${operations}; rm /d/fsx; done`,
    huge: `dd if=/dev/zero of=/t/disk bs=1M count=4; losetup /dev/loop0 /t/disk; mkdir /d/huge
      zerohop-daxfs huge /d/huge /sys/fs/daxfs/0x* /dev/loop0; losetup -d /dev/loop0; rm -r /d/huge`,
    shared: `dd if=/dev/zero of=/t/disk bs=1M count=4; losetup /dev/loop0 /t/disk; mkdir /d/s
      zerohop-daxfs shared /d/s /dev/loop0; losetup -d /dev/loop0; rm -r /d/s`,
    race: 'mkdir /d/race; zerohop-daxfs race /d/race 0 1',
    space: `before=$(${used}); for i in $(seq ${loops}); do dd if=/dev/zero of=/d/f bs=1M count=4; : >/d/f; rm /d/f; done
      [ $(($(${used}) - before)) -lt 256 ]`,
    storm: `mkdir /d/storm; zerohop-daxfs storm /d/storm ${stormMs}; rm -r /d/storm`,
    images: imagesScript(1, images),
    demo: `umount /d; zerohop-region clear ${spareRegion.start} ${spareRegion.bytes}; daxfs-demo; mount.daxfs ${memory} /d`,
  };
}

/** Uses the memory of the filesystem at /d, which is empty afterwards. */
export const imagesScript = (seed: number, images: number) => `umount /d; mkdir -p /i
  mkfs.daxfs --force phys:${small.start},${small.bytes}
  zerohop-daxfs images ${small.start} ${small.bytes} /i ${seed} ${images}
  zerohop-region clear ${spareRegion.start} ${spareRegion.bytes}; mkfs.daxfs ${memory}; mount.daxfs ${memory} /d`;

/** The guest's own programs on one kernel. */
export function daxfsSuite(kernel: Pick<Bundle, 'image'>, { size, ...run }: SuiteRun): Promise<string[]> {
  return runScripts(kernel, suiteScripts(size), run);
}

/** Runs scripts on one kernel. After each, the check must find nothing. Returns each fault, a line. */
export async function runScripts(
  kernel: Pick<Bundle, 'image'>,
  scripts: Record<string, string>,
  { memoryMb, programs = [], before, afterwards, signal }: ScriptRun,
): Promise<string[]> {
  const root = await buildRoot(['daxfs', ...programs]);
  const spec = {
    ...plainHost,
    ...spareMemory({ memoryMb, append: [] }),
    kernelImage: kernel.image,
    rootImage: root.image,
    logDir: await newLogFolder(),
    bootTimeoutMs: 600_000,
    silenceMs: 300_000,
  };
  const wrong: string[] = [];
  const use = async () => {
    await using host = await boot(spec, { signal });
    await shell(host, `mkfs.daxfs ${memory} && mkdir -p /d /t && mount -t tmpfs tmpfs /t`);
    for (const [name, script] of Object.entries(scripts)) {
      before?.(name);
      wrong.push(...(await tried(host, name, script)));
    }
    if (afterwards !== undefined) await host.must(afterwards, { timeoutMs: hourMs });
    return endedWell;
  };
  const end = await endOf(use(), signal);
  const verdict = await judge(spec, 'failure' in end ? end : end.result);
  if (verdict?.outcome === 'failed') wrong.push(`${verdict.failure.message} (${spec.logDir})`);
  return wrong;
}

const hourMs = 3_600_000;

async function tried(host: Host, name: string, script: string): Promise<string[]> {
  const around = `mount.daxfs ${memory} /d; export HOST_INDEX=0 HOST_COUNT=1; ${script}; umount /d; fsck.daxfs -n ${memory}`;
  const { status, stdout, stderr } = await shell(host, around);
  if (status === 0) return [];
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-8).join('\n');
  await host.run(['umount', '/d']);
  return [`${name} ends with status ${status}: ${said}`];
}

const shell = (host: Host, script: string) => host.run(['sh', '-ec', script], { timeoutMs: 4 * hourMs });
