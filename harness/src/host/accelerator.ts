import { existsSync } from 'node:fs';
import { access, constants, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { z } from 'zod';
import { hashOf, materialise } from './cache.ts';
import { Failure } from './failure.ts';
import { probeBootSector, probeExit } from './probe-guest.ts';

const answerSchema = z.strictObject({ kind: z.enum(['kvm', 'tcg']), why: z.string() });

/** What runs a guest's instructions on this machine, and how we know. */
export type AcceleratorChoice = z.infer<typeof answerSchema>;

/**
 * KVM if a tiny guest really runs under it: that /dev/kvm is there, and even that it starts guests, proves nothing.
 * It is tried once per boot of this machine and QEMU version, and remembered in the cache.
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
  if (!existsSync(device)) return `${device} is not there`;
  const usable = await access(device, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return usable ? undefined : `${device} may not be opened by this user (group kvm)`;
}

async function machineKey(qemu: string): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  const probe = probeBootSector().toString('hex');
  return hashOf({ boot, probe, kernel: release(), cpu: cpus()[0]?.model, qemu: await qemuVersion(qemu) });
}

export async function qemuVersion(qemu = 'qemu-system-x86_64'): Promise<string> {
  const { stdout, failed } = await execa(qemu, ['--version'], { reject: false });
  const version = /version (\S+)/.exec(stdout ?? '')?.[1];
  if (failed || version === undefined)
    throw new Failure('infra', `${qemu} does not run`, { next: 'see npm run doctor' });
  return version;
}

/** `dir` is for the guest's disk image. */
export async function tryKvm(qemu: string, dir: string, limitMs = 8000): Promise<AcceleratorChoice> {
  const image = join(dir, 'boot.img');
  await writeFile(image, probeBootSector());
  const startedMs = performance.now();
  const status = await bootOnce(qemu, image, limitMs);
  await rm(image);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (status === probeExit.status) return { kind: 'kvm', why: `a test guest ran under KVM in ${seconds} s` };
  const what =
    status === undefined
      ? `had not finished after ${seconds} s, and should in one`
      : `ended QEMU with status ${status}`;
  return { kind: 'tcg', why: `${device} is there, but a test guest under KVM ${what}` };
}

/** QEMU's exit status; undefined if it had to be killed. */
async function bootOnce(qemu: string, image: string, limitMs: number): Promise<number | undefined> {
  const options = [
    ...['-accel', 'kvm', '-cpu', 'host', '-M', 'pc', '-m', '64M', '-nodefaults', '-no-user-config'],
    ...[
      '-display',
      'none',
      '-no-reboot',
      '-drive',
      `file=${image.replaceAll(',', ',,')},format=raw,if=floppy,readonly=on`,
    ],
    ...['-device', `isa-debug-exit,iobase=${probeExit.port},iosize=4`],
  ];
  const guest = execa('setpriv', ['--pdeathsig', 'KILL', '--', qemu, ...options], {
    reject: false,
    detached: true,
    stdio: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  // A QEMU stuck inside the kernel survives even SIGKILL for a while: it is not waited for.
  const ended = await Promise.race([guest, sleep(limitMs + 2000, undefined, { ref: false })]);
  return ended?.timedOut ? undefined : ended?.exitCode;
}
