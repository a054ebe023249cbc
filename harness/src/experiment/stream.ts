import netperf from '../workload/netperf.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

const streams = matrix(netperf, {
  variants: ['tcp', 'smc', 'sockmap', 'splice', 'splice-poll', 'onecopy'],
  topology: ['loopback', 'container'],
  size: [1024, 4096, 16384, 65536],
  judgedOn: ['wall'],
  factors: { test: ['stream'] },
});

export default defineExperiment({
  name: 'stream',
  place: 2,
  title: 'netperf TCP_STREAM by the size of a send',
  about:
    'One side sends as fast as it can, the other reads. Small sends cost TCP a packet or a copy into one; a ring' +
    ' takes them directly and wakes its reader once for many. Two sides that work in parallel are judged on the wall' +
    ' clock; the virtual cells explain.',
  matrices: [streams],
  ratios: [{ numerator: 'splice', denominator: 'onecopy', metric: 'mbit_per_s' }],
  plots: [
    {
      id: 'by-size',
      title: 'TCP_STREAM by the size of a send',
      kind: 'by-size',
      metric: 'mbit_per_s',
      where: { clock: 'wall', idle: 'poll' },
    },
    {
      id: 'speedup',
      title: 'TCP_STREAM, speed-up over TCP',
      kind: 'speedup',
      metric: 'mbit_per_s',
      where: { clock: 'wall', idle: 'poll' },
    },
  ],
  answer: {
    at: 'Sends of 4 KB between containers',
    where: { topology: 'container', size: 4096 },
    metric: 'mbit_per_s',
    says: [{ text: 'splice {splice/tcp}' }, { text: 'SMC-D {smc/tcp}' }],
    end: 'tcp',
    plot: 'speedup',
  },
  minutes: { smoke: 2, quick: 15, paper: 90 },
});
