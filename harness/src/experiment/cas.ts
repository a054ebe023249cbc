import { fabricKinds } from '../fabric/fabrics.ts';
import { profileNames } from '../fabric/profile.ts';
import cas, { noProfile } from '../workload/cas.ts';
import { noFabric, processesTopology } from '../workload/processes.ts';
import { defineExperiment } from './define.ts';
import type { PlotSpec } from './experiment.ts';
import { matrix } from './matrix.ts';

const operations = ['cas', 'add', 'lock', 'slots'] as const;

const common = { size: [8], clock: ['wall'], idle: ['default'] } as const;

/** Without a profile, the latency is the fabric's own; with one, a memory server delays every access. */
const asIs = { latency: [noProfile] } as const;

/** Hosts on each fabric, and as many plain processes for comparison. */
const everywhere = [
  { topology: ['hosts'], fabric: fabricKinds },
  { topology: [processesTopology], fabric: [noFabric] },
] as const;

/** Hosts in lockstep: every figure is repeated by its seed, and a nanosecond of latency is one. */
const inLockstep = { ...common, clock: ['virtual'], topology: ['hosts'] } as const;

const blocks = [
  { from: 'smoke', variants: operations, hosts: [2], words: [1] },
  { from: 'quick', variants: operations, hosts: [1, 4], words: [1] },
  { from: 'quick', variants: ['cas'], hosts: [2, 4], words: [2, 16, 256] },
] as const;

const matrices = [
  ...blocks.flatMap(({ hosts, words, ...block }) =>
    everywhere.map(({ topology, fabric }) =>
      matrix(cas, { ...common, ...block, topology, factors: { hosts, fabric, words, ...asIs } }),
    ),
  ),
  matrix(cas, {
    ...common,
    from: 'paper',
    variants: ['cas', 'add'],
    topology: ['hosts'],
    factors: { hosts: [8], fabric: ['shm'], words: [1], ...asIs },
  }),
  matrix(cas, {
    ...common,
    from: 'quick',
    variants: ['cas', 'add'],
    topology: ['hosts'],
    factors: { hosts: [2], fabric: ['tcp'], words: [1], latency: profileNames },
  }),
  matrix(cas, {
    ...inLockstep,
    from: 'smoke',
    variants: operations,
    factors: { hosts: [2], fabric: ['shm'], words: [1], ...asIs },
  }),
  matrix(cas, {
    ...inLockstep,
    from: 'quick',
    variants: operations,
    factors: { hosts: [1, 4], fabric: ['shm'], words: [1], ...asIs },
  }),
  matrix(cas, {
    ...inLockstep,
    from: 'quick',
    variants: ['cas'],
    factors: { hosts: [2], fabric: ['shm'], words: [16, 256], ...asIs },
  }),
  matrix(cas, {
    ...inLockstep,
    from: 'quick',
    variants: operations,
    factors: { hosts: [2], fabric: ['shm'], words: [1], latency: profileNames },
  }),
  matrix(cas, {
    ...inLockstep,
    from: 'paper',
    variants: operations,
    factors: { hosts: [8], fabric: ['shm'], words: [1], ...asIs },
  }),
];

export default defineExperiment({
  name: 'cas',
  place: 9,
  title: 'Atomic operations of several hosts on one CXL memory',
  about:
    'Hosts count together on words of the memory that they share: by compare-and-swap, fetch-and-add, under a lock,' +
    ' and each on a word of its own. Everything that a host was told is done must be found in the memory.' +
    ' Plain processes of this machine do the same, which no fabric can surpass.',
  matrices,
  plots: [
    {
      id: 'scaling',
      title: 'Operations by the number of hosts, all on one word (slots: each on its own)',
      kind: 'by-size',
      over: { factor: 'hosts', title: 'hosts' },
      metric: 'rate',
      where: { workload: 'cas', words: 1, latency: noProfile },
    },
    {
      id: 'success',
      title: 'Compare-and-swaps of two hosts that succeed, by the words they spread over',
      kind: 'by-size',
      over: { factor: 'words', title: 'words that the hosts spread over' },
      metric: 'success_ratio',
      where: { workload: 'cas', hosts: 2, latency: noProfile },
      variants: ['cas'],
    },
    {
      id: 'far',
      title: 'Operations of two hosts a virtual second, by the latency of their memory',
      kind: 'instructions',
      over: { factor: 'latency', title: 'kind of memory' },
      metric: 'rate',
      where: { workload: 'cas', hosts: 2, fabric: 'shm', words: 1, clock: 'virtual' },
    },
    ...(['latency_us_p50', 'latency_us_p99'] as const).map(
      (metric): PlotSpec => ({
        id: metric.replace('_us_', '-'),
        title: 'Fetch-and-add of two hosts by latency profile (its nanoseconds take microseconds)',
        kind: 'instructions',
        over: { factor: 'latency', title: 'latency profile' },
        metric,
        where: { workload: 'cas', hosts: 2, fabric: 'tcp', words: 1 },
        variants: ['add'],
      }),
    ),
  ],
  answer: {
    at: 'Two hosts that count on one word by compare-and-swap',
    where: { workload: 'cas', hosts: 2, words: 1 },
    metric: 'lost_updates',
    says: fabricKinds.map((fabric) => ({ text: `over ${fabric} {cas}`, where: { fabric } })),
    end: 'updates lost',
    plot: 'scaling',
  },
  minutes: { smoke: 2, quick: 20, paper: 120 },
});
