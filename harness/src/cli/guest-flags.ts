import { cxlTopologies } from '../fabric/cxl-topology.ts';
import { fabricKinds } from '../fabric/fabrics.ts';
import {
  defaultSchedule,
  distributions,
  mostFarNs,
  mostQuantumNs,
  mostStores,
  type Schedule,
} from '../fabric/lockstep.ts';
import type { LayerName } from '../guest/root/layer.ts';
import { leastMemoryMb } from '../guest/spec.ts';
import { clocks } from '../host/clock.ts';
import { choice, form, positive, sizeMb, text, whole } from './flag-types.ts';
import type { Flag } from './usage.ts';

const mostHosts = 8;
const mostCpus = 16;
const leastSharedMb = 64;
const cxlModes = ['devdax', 'ram'] as const;
/** Those that a host does not have anyway. */
const toolLayers = ['cxl', 'filesystems', 'fio', 'redis'] as const satisfies LayerName[];

const scheduleForm = `SEED[:QUANTUM[:DISTRIBUTION]], QUANTUM from 1 to ${mostQuantumNs}, DISTRIBUTION one of ${distributions.join(', ')}`;

const schedule = form(
  scheduleForm,
  new RegExp(`^(\\d{1,15})(?::(\\d{1,10})(?::(${distributions.join('|')}))?)?$`),
  ([seed, quantum, distribution]): Schedule => ({
    seed: Number(seed),
    quantumNs: quantum === undefined ? defaultSchedule.quantumNs : Number(quantum),
    distribution: (distribution as Schedule['distribution'] | undefined) ?? defaultSchedule.distribution,
  }),
).refine(({ quantumNs }) => quantumNs >= 1 && quantumNs <= mostQuantumNs, scheduleForm);

export const guestFlags = [
  {
    name: 'hosts',
    value: 'N',
    type: whole(1, mostHosts),
    default: '1',
    example: '2',
    about: 'number of hosts',
  },
  { name: 'cpus', value: 'N', type: whole(1, mostCpus), default: '2', about: 'vCPUs of each host' },
  { name: 'memory', value: '1G', type: sizeMb(leastMemoryMb), default: '1G', about: 'memory of each host' },
  {
    name: 'fabric',
    value: `none|${fabricKinds.join('|')}|tcp:PROFILE|tcp://HOST:PORT`,
    type: text.regex(
      new RegExp(`^(none|${fabricKinds.join('|')}|tcp:[a-z].*|tcp://.+)$`),
      `none, ${fabricKinds.join(', ')}, tcp:PROFILE or tcp://HOST:PORT`,
    ),
    example: 'shm',
    about: 'memory that the hosts share',
  },
  {
    name: 'clock',
    value: 'virtual|wall',
    type: choice(clocks),
    default: 'wall',
    about: 'counted instructions, several hosts in lockstep (docs/lockstep.md), or real time',
  },
  {
    name: 'schedule',
    value: 'SEED[:QUANTUM[:DISTRIBUTION]]',
    type: schedule,
    example: '7:1000:uniform',
    about: 'lockstep: the order of the hosts is drawn from this',
  },
  {
    name: 'far',
    value: 'NS',
    type: whole(0, mostFarNs),
    example: '250',
    about: 'lockstep: an access to the shared memory takes so much longer',
  },
  {
    name: 'store-buffer',
    value: 'N',
    type: whole(0, mostStores),
    example: '8',
    about: 'lockstep: so many stores of a vCPU may not be seen by others yet',
  },
  {
    name: 'non-coherent',
    about: 'lockstep: a host has copies of lines, which others see when they are flushed or evicted',
  },
  {
    name: 'cxl',
    value: '256M',
    type: sizeMb(leastSharedMb),
    example: '256M',
    about: 'size of the shared memory',
  },
  {
    name: 'cxl-topology',
    value: cxlTopologies.join('|'),
    type: choice(cxlTopologies),
    example: 'switch',
    about: 'what lies between a host and its memory device (default direct)',
  },
  {
    name: 'cxl-mode',
    value: cxlModes.join('|'),
    type: choice(cxlModes),
    default: 'devdax',
    example: 'ram',
    about: 'memory that all hosts map, or a part of it for each as a NUMA node of its own',
  },
  { name: 'survive', about: 'when a host dies, the others go on (without it, all end)' },
  {
    name: 'qmp',
    about: 'print a socket for each host, by which it can be paused, resumed, killed and inspected',
  },
  { name: 'pause', value: 'SOCKET', type: text, about: 'pause the host behind a socket that --qmp printed' },
  { name: 'resume', value: 'SOCKET', type: text, about: 'let a paused host go on' },
  { name: 'kill', value: 'SOCKET', type: text, about: 'kill the host behind a socket that --qmp printed' },
  {
    name: 'poison',
    value: 'SOCKET@OFFSET',
    type: form('SOCKET@OFFSET, OFFSET in bytes', /^(.+)@(0x[0-9a-f]+|\d+)$/, ([socket = '', offset]) => ({
      socket,
      offset: Number(offset),
    })),
    example: 'qmp@0x1000',
    about: 'let the cache line at this offset of the shared memory go bad for the host behind the socket',
  },
  {
    name: 'share',
    value: 'HOSTDIR:GUESTDIR[:rw]',
    type: form(
      'HOSTDIR:GUESTDIR[:rw], GUESTDIR beginning with a slash',
      /^(.+?):(\/[^:]*)(:rw)?$/,
      (groups) => {
        const [dir = '', guestDir = '', access] = groups;
        return { dir, guestDir, writable: access !== undefined };
      },
    ),
    example: 'data:/mnt',
    repeat: true,
    about: 'share a directory of this machine',
  },
  {
    name: 'tools',
    value: toolLayers.join('|'),
    type: choice(toolLayers),
    repeat: true,
    example: 'cxl',
    about: 'programs to add; cxl: cxl, daxctl, ndctl, numactl and numastat',
  },
  { name: 'kernel', value: 'IMAGE|BUNDLE|TREE', type: text, about: 'boot this kernel' },
  { name: 'append', value: '"..."', type: text, default: '', about: "added to the kernel's command line" },
  {
    name: 'env',
    value: 'K=V',
    type: form('NAME=VALUE', /^([^=]+)=(.*)$/s, ([name = '', value = '']) => [name, value] as const),
    example: 'LANG=C',
    repeat: true,
    about: "added to the command's environment",
  },
  {
    name: 'timeout',
    value: 'S',
    type: positive,
    example: '30',
    about: 'kill the command after this many seconds (status 124)',
  },
  { name: 'gdb', about: 'wait for gdb before booting' },
  { name: 'shell', about: 'an interactive shell in a host' },
  { name: 'dry-run', about: "print QEMU's command line and what a run would build, and stop" },
] as const satisfies readonly Flag[];
