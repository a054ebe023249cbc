import type { AcceleratorChoice } from '../host/accelerator.ts';
import type { HostSpec, Share } from './spec.ts';

export type Accelerator = { kind: 'tcg' } | Pick<Extract<AcceleratorChoice, { kind: 'kvm' }>, 'kind' | 'cpu'>;

/** Descriptors that QEMU inherits. They are unnamed socket pairs, so two runs can never connect to each other. */
export const inheritedFds = { agent: 3, qmp: 4 } as const;

/** QEMU's whole command line for a host. Options of fabrics and plugins come last, so that they can override. */
export function qemuArguments(spec: HostSpec, accelerator: Accelerator): string[] {
  return [
    ...['-name', spec.name, '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-M', 'q35', '-m', `${spec.memoryMb}M`, ...processors(spec, accelerator)],
    ...['-seed', `${spec.seed}`],
    ...['-kernel', spec.kernelImage, '-initrd', spec.rootImage, '-append', kernelCommandLine(spec)],
    ...['-chardev', `file,id=console,path=${commasDoubled(consoleLog(spec))}`],
    ...['-serial', 'chardev:console'],
    ...['-chardev', `socket,id=qmp,fd=${inheritedFds.qmp}`, '-mon', 'chardev=qmp,mode=control'],
    ...['-chardev', `socket,id=agent,fd=${inheritedFds.agent}`, '-device', agentController(spec)],
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

/** The tag by which the guest mounts a share. */
export function shareTag(index: number): string {
  return `share${index}`;
}

export const shareOptions = 'trans=virtio,version=9p2000.L,msize=262144,cache=none';

/**
 * By default QEMU's main loop serves the queues, at a moment of real time. A guest on a virtual clock would wait for it,
 * and two boots would differ; there the vCPU's own thread serves them.
 */
function agentController({ clock }: HostSpec): string {
  return clock === 'virtual' ? 'virtio-serial-pci,ioeventfd=off' : 'virtio-serial-pci';
}

/** A second possible CPU makes TCG emit atomics that hold between hosts. */
export function possibleCpus(cpus: number): number {
  return Math.max(2, cpus);
}

/**
 * ERMS and FSRM are hidden, because with them TCG would copy byte by byte. A virtual clock also hides the random
 * numbers, which differ between boots, and always starts at the same date.
 */
function processors({ cpus, clock, intel = false }: HostSpec, accelerator: Accelerator): string[] {
  const smp = ['-smp', `cpus=${cpus},maxcpus=${possibleCpus(cpus)}`];
  if (clock === 'virtual') {
    return [
      ...['-accel', 'tcg,thread=single', '-icount', 'shift=0,sleep=off', ...smp],
      ...['-rtc', 'base=2026-01-01,clock=vm', '-cpu', 'max,erms=off,fsrm=off,rdrand=off,rdseed=off'],
    ];
  }
  if (accelerator.kind === 'kvm') return ['-accel', 'kvm', ...smp, '-cpu', accelerator.cpu];
  const vendor = intel ? ',vendor=GenuineIntel,family=6,model=85' : '';
  return ['-accel', 'tcg,thread=multi', ...smp, '-cpu', `max,erms=off,fsrm=off${vendor}`];
}

/**
 * Notices and worse reach the console: enough to judge a boot by, while each line costs boot time. A panic ends QEMU
 * immediately. An NMI causes a panic, which shows where a kernel hangs. Both timer checks are off, because ticks
 * are late on a busy machine: the kernel would replace the TSC during a run, or panic over its timer. QEMU's local APICs
 * count nanoseconds; to measure that costs half of a boot on the virtual clock.
 */
function kernelCommandLine(spec: HostSpec): string {
  return [
    ...['console=ttyS0', earlyConsole, 'loglevel=6', 'panic=-1', 'oops=panic', 'nokaslr'],
    ...['tsc=reliable', 'no_timer_check', 'lapic_timer_hz=1000000000'],
    'unknown_nmi_panic',
    ...(spec.clock === 'virtual' ? ['random.trust_cpu=off'] : []),
    ...(spec.clock === 'wall' && spec.idle === 'poll' ? ['idle=poll'] : []),
    ...[`zerohop.name=${spec.name}`, `zerohop.seed=${spec.seed}`],
    ...spec.append,
  ].join(' ');
}

/** The same port, usable from the kernel's first line on: it shows why a kernel dies early. */
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

/** QEMU ends an option's value at a single comma. */
function commasDoubled(value: string): string {
  return value.replaceAll(',', ',,');
}
