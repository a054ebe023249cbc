import type { Axis, Experiment } from './experiment.ts';

const kib = 1024;
const sweep = {
  variants: ['tcp', 'splice', 'splice-poll'],
  topology: ['loopback'],
  clock: ['virtual', 'wall'],
  idle: ['poll', 'default'],
} as const;
const ringSizes = [4, 16, 64, 256, 1024, 4096].map((size) => size * kib);
const overRing: Axis = { factor: 'ring_bytes', title: 'net.ipv4.tcp_splice_ring_bytes' };

export const ring: Experiment = {
  name: 'ring',
  title: 'How large the ring of a spliced socket should be',
  about:
    'The size of a ring, net.ipv4.tcp_splice_ring_bytes, from one page to four megabytes. A message that does not fit' +
    ' costs its sender a sleep; a ring larger than the cache costs misses, which only real hardware shows. TCP has' +
    ' no ring: that its figures do not move is the noise of the sweep.',
  matrices: [
    {
      ...sweep,
      workload: 'netperf',
      size: [kib, 64 * kib],
      headlineSizes: [64 * kib],
      factors: { test: ['rr'], ring_bytes: ringSizes },
      from: 'smoke',
    },
    {
      ...sweep,
      workload: 'netperf',
      size: [kib, 16 * kib],
      headlineSizes: [kib, 16 * kib],
      judgedOn: ['wall'],
      factors: { test: ['stream'], ring_bytes: ringSizes },
      from: 'quick',
    },
  ],
  baseline: 'tcp',
  ratios: [],
  plots: [
    {
      id: 'rr',
      title: 'TCP_RR by the size of the ring',
      kind: 'speedup',
      metric: 'rate',
      over: overRing,
      where: { test: 'rr', clock: 'virtual' },
    },
    {
      id: 'stream',
      title: 'TCP_STREAM by the size of the ring',
      kind: 'speedup',
      metric: 'mbit_per_s',
      over: overRing,
      where: { test: 'stream', clock: 'wall', idle: 'poll' },
    },
  ],
  minutes: { smoke: 3, quick: 25, paper: 240 },
};
