import { fabricKinds } from '../fabric/fabrics.ts';
import { form, positive, sizeMb, text, whole } from './flag-types.ts';
import type { Flag } from './usage.ts';

const mostHosts = 8;
const mostCpus = 16;
const leastSharedMb = 64;

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
  { name: 'memory', value: '1G', type: sizeMb(), default: '1G', about: 'memory of each host' },
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
    name: 'cxl',
    value: '256M',
    type: sizeMb(leastSharedMb),
    example: '256M',
    about: 'size of the shared memory',
  },
  { name: 'survive', about: 'when a host dies, the others go on (without it, all end)' },
  { name: 'qmp', about: "print a socket for each host on which its QEMU takes QMP's commands" },
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
  { name: 'dry-run', about: "print QEMU's command line and stop" },
] as const satisfies readonly Flag[];
