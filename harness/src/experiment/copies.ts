import type { Axis, Experiment } from './experiment.ts';

const overAhead: Axis = { factor: 'ahead', title: 'requests sent before the first answer is read' };

export const copies: Experiment = {
  name: 'copies',
  title: 'One copy against two',
  about:
    'A rendezvous copies each byte once, from the sender into the waiting receiver; a ring copies it twice and lets' +
    ' the sender run ahead. What a further byte costs, in copies, tells how many there are. Then both are measured:' +
    ' one message at a time, bursts of 2 to 16 before the first answer is read, and streams.',
  matrices: [
    {
      workload: 'copies',
      variants: ['tcp', 'unix', 'smc', 'splice', 'onecopy'],
      topology: ['loopback'],
      size: [32768],
      clock: ['virtual'],
      idle: [],
      headlineSizes: [],
      factors: { test: ['per-byte'] },
      from: 'smoke',
    },
    {
      workload: 'pingpong',
      variants: ['tcp', 'unix', 'smc', 'splice', 'splice-poll', 'onecopy'],
      topology: ['loopback'],
      size: [64, 1024],
      clock: ['virtual', 'wall'],
      idle: ['poll', 'default'],
      headlineSizes: [1024],
      judgedOn: ['wall'],
      factors: { test: ['rr'], ahead: [1, 2, 4, 8, 16] },
      from: 'smoke',
    },
    {
      workload: 'netperf',
      variants: ['tcp', 'smc', 'splice', 'onecopy'],
      topology: ['loopback'],
      size: [1024, 16384, 65536],
      clock: ['wall'],
      idle: ['poll', 'default'],
      headlineSizes: [1024, 16384, 65536],
      factors: { test: ['stream'] },
      from: 'quick',
    },
  ],
  baseline: 'tcp',
  ratios: [
    { numerator: 'splice', denominator: 'onecopy', metric: 'rate' },
    { numerator: 'splice', denominator: 'onecopy', metric: 'mbit_per_s' },
  ],
  plots: [
    {
      id: 'per-byte',
      title: 'Copies of each byte',
      kind: 'instructions',
      metric: 'copies_per_byte',
      where: { workload: 'copies' },
    },
    {
      id: 'bursts',
      title: 'Requests a second by how far the sender is ahead',
      kind: 'by-size',
      metric: 'rate',
      over: overAhead,
      where: { workload: 'pingpong', clock: 'virtual' },
    },
    {
      id: 'bursts-wall',
      title: 'The same on the wall clock',
      kind: 'by-size',
      metric: 'rate',
      over: overAhead,
      where: { workload: 'pingpong', clock: 'wall', idle: 'poll' },
    },
    {
      id: 'stream',
      title: 'TCP_STREAM by the size of a send',
      kind: 'by-size',
      metric: 'mbit_per_s',
      where: { workload: 'netperf', clock: 'wall', idle: 'poll' },
    },
  ],
  minutes: { smoke: 4, quick: 20, paper: 180 },
};
