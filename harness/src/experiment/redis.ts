import redis from '../workload/redis.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

const variants = ['tcp', 'smc', 'splice', 'splice-poll'] as const;

export default defineExperiment({
  name: 'redis',
  place: 6,
  title: 'redis GET and SET over every way to skip the network',
  about:
    'An unmodified redis-server answers an unmodified redis-benchmark, from one connection that waits for each' +
    ' answer and from fifty at the same time. Redis waits in epoll, not in recv(), so a spin inside recv() cannot help' +
    ' it, as splice-poll compared with splice shows.',
  matrices: [
    matrix(redis, {
      variants,
      topology: ['loopback', 'container'],
      size: [3],
      factors: { test: ['get', 'set'], clients: [1] },
    }),
    matrix(redis, {
      variants,
      topology: ['loopback', 'container'],
      size: [3],
      judgedOn: ['wall'],
      factors: { test: ['get', 'set'], clients: [50] },
    }),
    matrix(redis, {
      variants: ['tcp', 'smc', 'splice'],
      size: [1024],
      judgedOn: ['wall'],
      factors: { test: ['get', 'set'], clients: [200] },
      from: 'quick',
    }),
  ],
  ratios: [
    { numerator: 'splice', denominator: 'smc', metric: 'rate' },
    { numerator: 'splice-poll', denominator: 'splice', metric: 'rate' },
  ],
  plots: [
    {
      id: 'one-client',
      title: 'One client, requests a second',
      kind: 'ladder',
      metric: 'rate',
      where: { clients: 1, clock: 'virtual' },
    },
    {
      id: 'fifty-clients',
      title: 'Fifty clients, requests a second',
      kind: 'ladder',
      metric: 'rate',
      where: { clients: 50, clock: 'wall', idle: 'poll' },
    },
    {
      id: 'cpu',
      title: 'CPU time a request',
      kind: 'instructions',
      metric: 'cpu_us_per_txn',
      where: { clients: 1, clock: 'virtual' },
    },
  ],
  answer: {
    at: 'redis GET of one client between containers',
    where: { test: 'get', topology: 'container', clients: 1 },
    metric: 'rate',
    says: [{ text: 'splice {splice/tcp}' }, { text: 'SMC-D {smc/tcp}' }],
    end: 'tcp',
    plot: 'one-client',
  },
  minutes: { smoke: 2, quick: 15, paper: 120 },
});
