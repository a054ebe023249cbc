import netperf from '../workload/netperf.ts';
import { defineExperiment } from './define.ts';
import type { Axis } from './experiment.ts';
import { matrix } from './matrix.ts';

const kib = 1024;
const variants = ['tcp', 'splice', 'splice-poll'] as const;
const ringSizes = [4, 16, 64, 256, 1024, 4096].map((size) => size * kib);
const overRing: Axis = { factor: 'ring_bytes', title: 'net.ipv4.tcp_splice_ring_bytes' };

export default defineExperiment({
  name: 'ring',
  place: 4,
  title: 'The best ring size of a spliced socket',
  about:
    'The size that a ring may grow to, net.ipv4.tcp_splice_ring_bytes, from one page to four megabytes. A message' +
    ' that does not fit costs its sender a sleep; a ring larger than the cache costs misses, which only real hardware' +
    ' shows. TCP has no ring, so its figures show the noise.',
  matrices: [
    matrix(netperf, {
      variants,
      size: [kib, 64 * kib],
      headlineSizes: [64 * kib],
      factors: { test: ['rr'], ring_bytes: ringSizes },
    }),
    matrix(netperf, {
      variants,
      size: [kib, 16 * kib],
      judgedOn: ['wall'],
      factors: { test: ['stream'], ring_bytes: ringSizes },
      from: 'quick',
    }),
  ],
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
  answer: {
    at: '64 KB request-response over a splice',
    where: { test: 'rr', size: 64 * kib },
    metric: 'rate',
    says: [
      { text: 'a ring of 4 KB {splice/tcp}', where: { ring_bytes: 4 * kib } },
      { text: 'of 256 KB {splice/tcp}', where: { ring_bytes: 256 * kib } },
      { text: 'of 4 MB {splice/tcp}', where: { ring_bytes: 4096 * kib } },
    ],
    end: 'tcp',
    plot: 'rr',
  },
  minutes: { smoke: 3, quick: 25, paper: 240 },
});
