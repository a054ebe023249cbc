import netperf from '../workload/netperf.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

const counted = { variants: ['tcp', 'tcp-declined'], clock: ['virtual'] } as const;

export default defineExperiment({
  name: 'unpaired',
  place: 7,
  title: 'The cost for a connection that is never spliced',
  about:
    'TCP on a kernel without the series and with it, and with the program attached but declining every connection:' +
    ' request-response, and whole connections (TCP_CRR). Both kernels are measured in one run, their boots interleaved.',
  kernels: [{ name: 'unpatched', spec: 'without:sock-splice' }, { name: 'patched' }],
  matrices: [
    matrix(netperf, { ...counted, size: [1, 1024], factors: { test: ['rr'] } }),
    matrix(netperf, { ...counted, size: [1], factors: { test: ['crr'] } }),
  ],
  plots: [
    {
      id: 'instructions',
      title: 'Instructions a transaction',
      kind: 'instructions',
      metric: 'instructions_per_txn',
      where: {},
    },
  ],
  answer: {
    at: 'A connection that is never spliced, 1 KB request-response',
    where: { test: 'rr', size: 1024, variant: 'tcp' },
    metric: 'instructions_per_txn',
    says: [{ text: 'the patched kernel executes {patched/unpatched}' }],
    end: 'the instructions of the unpatched one',
    plot: 'instructions',
  },
  minutes: { smoke: 1, quick: 2, paper: 5 },
});
