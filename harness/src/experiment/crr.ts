import netperf from '../workload/netperf.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

export default defineExperiment({
  name: 'crr',
  place: 8,
  title: 'Short connections',
  about:
    'TCP_CRR: a connection is opened, carries one request and its response, and is closed. One message has' +
    ' to pay for what a mechanism prepares for each connection.',
  matrices: [
    matrix(netperf, {
      variants: ['tcp', 'tcp-declined', 'splice', 'smc'],
      topology: ['loopback', 'container'],
      size: [1, 1024],
      headlineSizes: [1],
      factors: { test: ['crr'] },
    }),
  ],
  plots: [
    {
      id: 'rate',
      title: 'TCP_CRR, against TCP',
      kind: 'speedup',
      metric: 'rate',
      where: {},
    },
  ],
  minutes: { smoke: 2, quick: 6, paper: 20 },
});
