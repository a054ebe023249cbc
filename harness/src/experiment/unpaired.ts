import type { Experiment } from './experiment.ts';

const counted = {
  workload: 'netperf',
  variants: ['tcp', 'tcp-declined'],
  topology: ['loopback'],
  clock: ['virtual'],
  idle: [],
  headlineSizes: [],
  from: 'smoke',
} as const;

export const unpaired: Experiment = {
  name: 'unpaired',
  title: 'What a connection pays that is never spliced',
  about:
    'TCP on a kernel without the series and with it, and with the program attached but declining every connection:' +
    ' request-response, and whole connections (TCP_CRR). Give it both kernels, the unpatched one first:' +
    ' --kernel unpatched=without:sock-splice --kernel patched=kernel-patches/series/sock-splice.',
  matrices: [
    { ...counted, size: [1, 1024], factors: { test: ['rr'] } },
    { ...counted, size: [1], factors: { test: ['crr'] } },
  ],
  baseline: 'tcp',
  ratios: [],
  plots: [
    {
      id: 'instructions',
      title: 'Instructions a transaction',
      kind: 'instructions',
      metric: 'instructions_per_txn',
      where: {},
    },
  ],
  minutes: { smoke: 1, quick: 2, paper: 5 },
};
