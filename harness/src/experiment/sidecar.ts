import sidecar from '../workload/sidecar.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

const chain = { variants: ['tcp', 'splice', 'splice-poll'], topology: ['container'] } as const;

export default defineExperiment({
  name: 'sidecar',
  place: 8,
  title: 'Through two proxies that the ends do not know of',
  about:
    'A client connects to a server. nftables redirect the connection to a proxy beside the client, and translate that' +
    " proxy's connection to another proxy, as in a service mesh: three connections, whose addresses and ports differ at" +
    ' their two ends. Each is spliced for itself.',
  matrices: [
    matrix(sidecar, { ...chain, size: [1, 1024, 16384], headlineSizes: [1024], factors: { test: ['rr'] } }),
    matrix(sidecar, { ...chain, size: [1024, 16384], judgedOn: ['wall'], factors: { test: ['stream'] } }),
  ],
  plots: [
    {
      id: 'rate',
      title: 'Round trips through two proxies, against TCP',
      kind: 'speedup',
      metric: 'rate',
      where: { test: 'rr' },
    },
    {
      id: 'instructions',
      title: 'Instructions a round trip of 1 KB through two proxies',
      kind: 'instructions',
      metric: 'instructions_per_txn',
      where: { test: 'rr', size: 1024, clock: 'virtual' },
    },
    {
      id: 'stream',
      title: 'A stream through two proxies by the size of a send, against TCP',
      kind: 'speedup',
      metric: 'mbit_per_s',
      where: { test: 'stream' },
    },
  ],
  answer: {
    at: '1 KB request-response through two proxies',
    where: { test: 'rr', size: 1024 },
    metric: 'rate',
    says: [{ text: 'splice {splice/tcp}' }, { text: 'with busy poll {splice-poll/tcp}' }],
    end: 'tcp',
    plot: 'rate',
  },
  minutes: { smoke: 4, quick: 12, paper: 60 },
});
