import { existsSync } from 'node:fs';
import { access, constants, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { z } from 'zod';
import { hashOf, materialise } from './cache.ts';
import { withParentDeathSignal } from './parent-death.ts';
import { probeBootSector, probeExit } from './probe-guest.ts';
import { qemuVersion } from './tool-version.ts';

const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tcg'), why: z.string() }),
  /** `cpu` is the value of QEMU's -cpu that worked. */
  z.strictObject({ kind: z.literal('kvm'), cpu: z.string(), why: z.string() }),
]);

/** The accelerator for guests on this machine, and how it was determined. */
export type AcceleratorChoice = z.infer<typeof answerSchema>;

/** CPU options to try in order: some machines refuse an MSR that the first one sets, and QEMU aborts. */
const kvmCpus = ['host,pmu=on', 'host,pmu=on,arch-capabilities=off'];

/**
 * KVM if a tiny guest runs under it: a /dev/kvm that exists, or that starts guests, may still be unusable. It is tried
 * once per boot of this machine and QEMU version; the cache keeps the answer.
 */
export async function accelerator(qemu = 'qemu-system-x86_64'): Promise<AcceleratorChoice> {
  const barred = await whyNoDevice();
  if (barred !== undefined) return { kind: 'tcg', why: barred };
  const file = 'answer.json';
  const dir = await materialise('accelerator', await machineKey(qemu), async (half) => {
    const answer = await tryKvm(qemu, half);
    await writeFile(join(half, file), `${JSON.stringify(answer)}\n`);
  });
  return answerSchema.parse(JSON.parse(await readFile(join(dir, file), 'utf8')));
}

const device = '/dev/kvm';

async function whyNoDevice(): Promise<string | undefined> {
  if (!existsSync(device)) return `${device} does not exist`;
  const usable = await access(device, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return usable ? undefined : `${device} may not be opened by this user (group kvm)`;
}

async function machineKey(qemu: string): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  const probe = { sector: probeBootSector().toString('hex'), kvmCpus };
  return hashOf({ boot, probe, kernel: release(), cpu: cpus()[0]?.model, qemu: await qemuVersion(qemu) });
}

/** `dir` is for the guest's disk image. */
export async function tryKvm(qemu: string, dir: string, limitMs = 8000): Promise<AcceleratorChoice> {
  const image = join(dir, 'boot.img');
  await writeFile(image, probeBootSector());
  const failed: string[] = [];
  try {
    for (const cpu of kvmCpus) {
      const startedMs = performance.now();
      const end = await bootOnce(qemu, cpu, image, limitMs);
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      const before = failed.map((what) => `; ${what}`).join('');
      if (end === 'ran')
        return { kind: 'kvm', cpu, why: `a test guest ran under KVM in ${seconds} s${before}` };
      failed.push(`with -cpu ${cpu} it ${end === 'timed out' ? `had not ended after ${seconds} s` : end}`);
    }
  } finally {
    await rm(image);
  }
  return { kind: 'tcg', why: `${device} is there, but no test guest ran under KVM: ${failed.join('; ')}` };
}

/** "ran", "timed out", or how QEMU died. */
async function bootOnce(qemu: string, cpu: string, image: string, limitMs: number): Promise<string> {
  const drive = `file=${image.replaceAll(',', ',,')},format=raw,if=floppy,readonly=on`;
  const options = [
    ...['-accel', 'kvm', '-cpu', cpu, '-M', 'pc', '-m', '64M', '-nodefaults', '-no-user-config'],
    ...['-display', 'none', '-no-reboot', '-drive', drive],
    ...['-device', `isa-debug-exit,iobase=${probeExit.port},iosize=4`],
  ];
  const [program, ...args] = withParentDeathSignal([qemu, ...options]);
  const guest = execa(program, args, {
    cwd: dirname(image),
    reject: false,
    detached: true,
    stdio: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  // A QEMU stuck inside the kernel survives even SIGKILL for a while: it is not waited for.
  const end = await Promise.race([guest, sleep(limitMs + 2000, undefined, { ref: false })]);
  if (end === undefined || end.timedOut) return 'timed out';
  if (end.signal !== undefined) return `was killed by ${end.signal}`;
  return end.exitCode === probeExit.status ? 'ran' : `ended QEMU with status ${end.exitCode}`;
}
