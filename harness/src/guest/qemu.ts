import type { AcceleratorChoice } from '../host/accelerator.ts';
import type { HostSpec, Share } from './spec.ts';

export type Accelerator = { kind: 'tcg' } | Pick<Extract<AcceleratorChoice, { kind: 'kvm' }>, 'kind' | 'cpu'>;

/** Descriptors that QEMU inherits: connected sockets without a name, so that two runs can never meet. */
export const inheritedFds = { agent: 3, qmp: 4 } as const;

/** QEMU's whole command line for a host. Fabrics and plugins come last, where they can override. */
export function qemuArguments(spec: HostSpec, accelerator: Accelerator): string[] {
  return [
    ...['-name', spec.name, '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-M', 'q35', '-m', `${spec.memoryMb}M`, ...processors(spec, accelerator)],
    ...['-seed', `${spec.seed}`],
    ...['-kernel', spec.kernelImage, '-initrd', spec.rootImage, '-append', kernelCommandLine(spec)],
    ...['-chardev', `file,id=console,path=${commasDoubled(consoleLog(spec))}`],
    ...['-serial', 'chardev:console'],
    ...['-chardev', `socket,id=qmp,fd=${inheritedFds.qmp}`, '-mon', 'chardev=qmp,mode=control'],
    ...['-chardev', `socket,id=agent,fd=${inheritedFds.agent}`, '-device', 'virtio-serial-pci'],
    ...['-device', 'virtserialport,chardev=agent,name=zerohop.agent'],
    ...spec.shares.flatMap(share),
    ...(spec.gdb ? ['-S', '-chardev', 'socket,id=gdb,host=127.0.0.1,port=0,server=on,wait=off'] : []),
    ...(spec.gdb ? ['-gdb', 'chardev:gdb'] : []),
    ...spec.qemuArgs,
  ];
}

export function consoleLog(spec: Pick<HostSpec, 'logDir'>): string {
  return `${spec.logDir}/console.log`;
}

/** The tag by which the guest asks for a share. */
export function shareTag(index: number): string {
  return `share${index}`;
}

export const shareOptions = 'trans=virtio,version=9p2000.L,msize=262144,cache=none';

/**
 * The CPU hides ERMS and FSRM, with which TCG would copy byte by byte. A virtual clock also hides what differs
 * from boot to boot, and starts at the same instant. A second possible CPU, even if it is never there, makes TCG
 * emit atomics that hold between hosts.
 */
function processors({ cpus, clock }: HostSpec, accelerator: Accelerator): string[] {
  const smp = ['-smp', `cpus=${cpus},maxcpus=${Math.max(2, cpus)}`];
  if (clock === 'virtual') {
    return [
      ...['-accel', 'tcg,thread=single', '-icount', 'shift=0,sleep=off', ...smp],
      ...['-rtc', 'base=2026-01-01,clock=vm', '-cpu', 'max,erms=off,fsrm=off,rdrand=off,rdseed=off'],
    ];
  }
  if (accelerator.kind === 'kvm') return ['-accel', 'kvm', ...smp, '-cpu', accelerator.cpu];
  return ['-accel', 'tcg,thread=multi', ...smp, '-cpu', 'max,erms=off,fsrm=off'];
}

/**
 * Notices and worse reach the console: enough to judge a boot by, and a serial console costs boot time. A panic
 * ends QEMU at once, and an NMI makes one, to see where a kernel hangs. A busy machine makes ticks late, for which
 * the kernel would replace the TSC in mid-run or panic because its timer seems not to work: both checks are off.
 */
function kernelCommandLine(spec: HostSpec): string {
  return [
    ...['console=ttyS0', earlyConsole, 'loglevel=6', 'panic=-1', 'oops=panic', 'nokaslr'],
    ...['tsc=reliable', 'no_timer_check'],
    'unknown_nmi_panic',
    ...(spec.clock === 'virtual' ? ['random.trust_cpu=off'] : []),
    ...(spec.clock === 'wall' && spec.idle === 'poll' ? ['idle=poll'] : []),
    ...[`zerohop.name=${spec.name}`, `zerohop.seed=${spec.seed}`],
    ...spec.append,
  ].join(' ');
}

/** The same port from the first line on: a kernel that dies early has said why. */
const earlyConsole = 'earlycon=uart8250,io,0x3f8,115200';

function share({ hostDir, writable }: Share, index: number): string[] {
  const tag = shareTag(index);
  const access = writable ? '' : ',readonly=on';
  return [
    ...[
      '-fsdev',
      `local,id=${tag},path=${commasDoubled(hostDir)},security_model=none,multidevs=remap${access}`,
    ],
    ...['-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
  ];
}

/** QEMU ends an option's value at a comma, unless there are two. */
function commasDoubled(value: string): string {
  return value.replaceAll(',', ',,');
}
