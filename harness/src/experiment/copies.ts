import copies from '../workload/copies.ts';
import netperf from '../workload/netperf.ts';
import pingpong from '../workload/pingpong.ts';
import { defineExperiment } from './define.ts';
import type { Axis } from './experiment.ts';
import { matrix } from './matrix.ts';

const overAhead: Axis = { factor: 'ahead', title: 'requests sent before the first answer is read' };

export default defineExperiment({
  name: 'copies',
  place: 3,
  title: 'One copy against two',
  about:
    'A rendezvous copies each byte once, from the sender into the waiting receiver; a ring copies it twice and lets' +
    ' the sender run ahead. The cost of a further byte shows the number of copies. Then both are measured:' +
    ' one message at a time, bursts of 2 to 16 before the first answer is read, and streams.',
  matrices: [
    matrix(copies, {
      variants: ['tcp', 'unix', 'smc', 'splice', 'onecopy'],
      size: [32768],
      clock: ['virtual'],
      factors: { test: ['per-byte'] },
    }),
    matrix(pingpong, {
      variants: ['tcp', 'unix', 'smc', 'splice', 'splice-poll', 'onecopy'],
      size: [64, 1024],
      headlineSizes: [1024],
      judgedOn: ['wall'],
      factors: { test: ['rr'], ahead: [1, 2, 4, 8, 16] },
    }),
    matrix(netperf, {
      variants: ['tcp', 'smc', 'splice', 'onecopy'],
      size: [1024, 16384, 65536],
      clock: ['wall'],
      factors: { test: ['stream'] },
      from: 'quick',
    }),
  ],
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
  answer: {
    at: 'Copies of a byte',
    where: { workload: 'copies' },
    metric: 'copies_per_byte',
    says: [{ text: 'rendezvous {onecopy}' }, { text: 'splice {splice}' }, { text: 'SMC-D {smc}' }],
    end: '',
    plot: 'per-byte',
  },
  minutes: { smoke: 4, quick: 20, paper: 180 },
});
