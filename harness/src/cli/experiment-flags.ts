import { profiles } from '../measure/summary.ts';
import { metricNames } from '../workload/metric.ts';
import { type SocketName, sockets } from '../workload/variant/sockets.ts';
import {
  bootRange,
  choice,
  form,
  list,
  positive,
  regularExpression,
  shard,
  text,
  whole,
} from './flag-types.ts';
import type { Flag } from './usage.ts';

export const profileFlag = {
  name: 'profile',
  value: 'smoke|quick|paper',
  type: choice(profiles),
  default: 'quick',
  about: 'how much to measure',
} as const;

const only = {
  name: 'only',
  value: 'FACTOR=V1,V2',
  type: form('FACTOR=V1,V2', /^([^=]+)=(.+)$/, ([factor = '', values = '']) => ({
    factor,
    values: values.split(','),
  })),
  example: 'size=1,1024',
  repeat: true,
} as const;

const kernel = {
  name: 'kernel',
  value: 'NAME=BUNDLE|TREE|SERIES',
  type: form('NAME=BUNDLE|TREE|SERIES', /^([\w.+-]+)=(.+)$/, ([name = '', spec = '']) => ({ name, spec })),
  example: 'patched=../linux',
  repeat: true,
} as const;

export const experimentFlags = [
  profileFlag,
  { ...only, about: 'keep these values of a factor' },
  {
    name: 'clock',
    value: 'virtual|wall|both',
    type: choice(['virtual', 'wall', 'both']),
    about: 'counted instructions, real time, or both',
  },
  {
    ...kernel,
    about:
      "measure on this kernel instead of the experiment's: the default one (NAME=default), that without a series" +
      ' (NAME=without:SERIES), or that of a commit (NAME=commit:COMMIT); twice or more compares them, the first being the reference',
  },
  { name: 'explain', about: 'show the kernel functions that the instructions went to' },
  {
    name: 'gate',
    value: 'claims',
    type: choice(['claims']),
    about: 'exit with 1 if a claim is not reproduced',
  },
  {
    name: 'seed',
    value: 'N',
    type: whole(0),
    example: '7',
    about: 'draw the order and the entropy of each boot from this number',
  },
  { name: 'resume', value: 'DIR', type: text, about: 'resume a run that was stopped' },
  { name: 'other-testbed', about: 'resume also on another machine or QEMU, and record that' },
  { name: 'dry-run', about: 'print the plan and stop' },
  { name: 'json', about: 'with --dry-run: print the plan as JSON, with the hash of its parts' },
  {
    name: 'boots',
    value: 'N|FROM..TO',
    type: bootRange,
    example: '5',
    about: 'so many boots of each environment, or these of them, and no more',
  },
  {
    name: 'shard',
    value: 'i/n',
    type: shard,
    example: '1/2',
    about: 'measure only this part of the boots; parts have about equal minutes',
  },
  {
    name: 'resume-or-begin',
    value: 'DIR',
    type: text,
    about: 'resume the run in this folder, or begin it there: for schedulers that start a task twice',
  },
  {
    name: 'merge',
    value: 'DIR...',
    type: text,
    repeat: true,
    about: 'make one run of the shards in these folders',
  },
  { name: 'again', value: 'VARIANT', type: text, repeat: true, about: 'compare a variant with itself (A/A)' },
  {
    name: 'inject',
    value: 'slow=5%',
    type: form('slow=N%', /^slow=(\d+(?:\.\d+)?)%$/, ([percent]) => Number(percent) / 100).refine(
      (share) => share > 0 && share <= 10,
      'slow=N% with N above 0 and at most 1000',
    ),
    example: 'slow=5%',
    about: 'slow the baseline down, to check that the slowdown is found',
  },
  { name: 'force', about: 'run the paper profile even on a noisy machine' },
  {
    name: 'run',
    value: 'COMMAND',
    type: text,
    about: 'experiment command: the command line; $SERVER is the server address',
  },
  {
    name: 'parse',
    value: 'REGEX',
    type: regularExpression,
    example: "'([0-9.]+)\\s*$'",
    about: 'experiment command: its first group is the value',
  },
  {
    name: 'serve',
    value: 'COMMAND',
    type: text,
    about: 'experiment command: a server to start beforehand',
  },
  {
    name: 'variant',
    value: 'V1,V2',
    type: list(Object.keys(sockets) as SocketName[]),
    example: 'tcp,splice',
    repeat: true,
    about: 'experiment command: the variants',
  },
] as const satisfies readonly Flag[];

const level = { value: 'N', type: positive, example: '81200', required: true } as const;

export const bisectFlags = [
  { ...only, about: 'as of experiment, until one cell is left' },
  {
    name: 'metric',
    value: 'METRIC',
    type: choice(metricNames),
    example: 'rate',
    required: true,
    about: 'the metric to judge',
  },
  { ...level, name: 'good', about: 'its level before the change' },
  { ...level, name: 'bad', about: 'its level after the change; the nearer level decides' },
  { ...kernel, about: 'on this kernel' },
] as const satisfies readonly Flag[];
