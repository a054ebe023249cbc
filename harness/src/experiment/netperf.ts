import netperf from '../workload/netperf.ts';
import pingpong from '../workload/pingpong.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

const rrSizes = [1, 64, 1024, 16384, 65536];
const streamSizes = [1024, 4096, 16384, 65536];
const underPrograms = ['tcp', 'smc', 'sockmap', 'splice', 'splice-poll', 'onecopy'] as const;
const ownPrograms = [
  'tcp',
  'tcp-spin',
  'unix',
  'unix-spin',
  'smc',
  'smc-spin',
  'splice',
  'splice-poll',
  'onecopy',
  'shm-limit',
  'syscall-limit',
] as const;

const betweenContainers = ownPrograms.filter((name) => !name.startsWith('unix') && !name.endsWith('-limit'));

const rr = { headlineSizes: [1024], factors: { test: ['rr'] } } as const;

/** Cells at the sizes of published figures. */
const publishedAt = { ...rr, from: 'quick' } as const;

const matrices = [
  matrix(netperf, {
    ...rr,
    variants: underPrograms,
    size: rrSizes,
  }),
  matrix(pingpong, {
    ...rr,
    variants: ownPrograms,
    size: rrSizes,
  }),
  matrix(pingpong, {
    ...publishedAt,
    variants: ['tcp', 'smc'],
    size: [14, 100],
    clock: ['virtual'],
  }),
  matrix(pingpong, {
    ...publishedAt,
    variants: ['shm-limit'],
    size: [32],
    clock: ['wall'],
    idle: ['poll'],
    headlineSizes: [32],
  }),
  matrix(netperf, {
    ...rr,
    variants: underPrograms,
    topology: ['container'],
    size: rrSizes,
    from: 'quick',
  }),
  matrix(pingpong, {
    ...rr,
    variants: betweenContainers,
    topology: ['container'],
    size: rrSizes,
    from: 'paper',
  }),
  matrix(netperf, {
    variants: underPrograms,
    topology: ['loopback', 'container'],
    size: streamSizes,
    headlineSizes: [1024, 4096, 16384],
    judgedOn: ['wall'],
    factors: { test: ['stream'] },
    from: 'quick',
  }),
];

export default defineExperiment({
  name: 'netperf',
  place: 1,
  title: 'netperf TCP_RR and TCP_STREAM over every way to skip the network',
  about:
    'Two processes of one kernel exchange messages over TCP and over its possible replacements. netperf runs unchanged' +
    ' over tcp, smc, sockmap and splice; zerohop-pingpong adds spinning sockets, AF_UNIX and the two limits: shared' +
    ' memory alone, and shared memory plus the four socket calls that an unmodified program makes.',
  matrices,
  ratios: [
    { numerator: 'splice', denominator: 'smc', metric: 'rate' },
    { numerator: 'splice-poll', denominator: 'smc', metric: 'rate' },
    { numerator: 'splice-poll', denominator: 'syscall-limit', metric: 'rate' },
    { numerator: 'splice-poll', denominator: 'unix-spin', metric: 'rate' },
  ],
  plots: [
    {
      id: 'rr-by-size',
      title: 'TCP_RR by message size',
      kind: 'by-size',
      metric: 'rate',
      where: { workload: 'netperf', test: 'rr', clock: 'virtual' },
    },
    {
      id: 'rr-speedup',
      title: 'TCP_RR, speed-up over TCP',
      kind: 'speedup',
      metric: 'rate',
      where: { workload: 'netperf', test: 'rr', clock: 'virtual' },
    },
    {
      id: 'ladder',
      title: 'From TCP to shared memory at 1 KB',
      kind: 'ladder',
      metric: 'rate',
      where: { workload: 'pingpong', size: 1024, topology: 'loopback', clock: 'virtual' },
      variants: ownPrograms,
      note:
        'sockmap runs under netperf only. syscall-limit makes four socket calls that move nothing, beside two copies of' +
        ' its own; splice-poll copies inside its calls, so it can pass that limit',
    },
    {
      id: 'instructions',
      title: 'Instructions a transaction at 1 KB',
      kind: 'instructions',
      metric: 'instructions_per_txn',
      where: { test: 'rr', size: 1024, topology: 'loopback' },
    },
    {
      id: 'stream-by-size',
      title: 'TCP_STREAM by message size',
      kind: 'by-size',
      metric: 'mbit_per_s',
      where: { workload: 'netperf', test: 'stream', clock: 'wall', idle: 'poll' },
    },
    {
      id: 'rr-wall',
      title: 'TCP_RR at 1 KB on the wall clock',
      kind: 'ladder',
      metric: 'rate',
      where: { size: 1024, test: 'rr', topology: 'loopback', clock: 'wall', idle: 'poll' },
    },
  ],
  answer: {
    at: '1 KB request-response',
    where: { workload: 'netperf', test: 'rr', topology: 'loopback', size: 1024 },
    metric: 'rate',
    says: [{ text: 'splice {splice/tcp}' }, { text: 'with busy poll {splice-poll/tcp}' }],
    end: 'tcp',
    plot: 'rr-speedup',
  },
  minutes: { smoke: 6, quick: 25, paper: 800 },
});
