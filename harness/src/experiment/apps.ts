import nginx from '../workload/nginx.ts';
import pgbench from '../workload/pgbench.ts';
import redis from '../workload/redis.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

const between = {
  variants: ['tcp', 'smc', 'splice', 'splice-poll'],
  topology: ['container'],
} as const;
/** Fifty clients keep the server busy, and nobody waits: instructions alone say little of that. */
const many = { judgedOn: ['wall'], from: 'quick' } as const;

export default defineExperiment({
  name: 'apps',
  place: 9,
  title: 'Servers that people run, between containers',
  about:
    'nginx sends a file to wrk, PostgreSQL a row to pgbench, and redis answers redis-benchmark, each unmodified. nginx' +
    ' and redis wait in epoll, and nginx sends by sendfile(). Before each sample the file and the row are compared with' +
    ' what was stored, and the length of the value with its size.',
  matrices: [
    matrix(nginx, { ...between, size: [1024], factors: { clients: [1] } }),
    matrix(pgbench, { ...between, size: [1024], factors: { clients: [1] }, from: 'quick' }),
    matrix(redis, { ...between, size: [1024], factors: { test: ['get'], clients: [1] } }),
    matrix(nginx, { ...between, size: [65536], factors: { clients: [1] }, from: 'quick' }),
    matrix(nginx, { ...between, ...many, size: [1024], factors: { clients: [50] } }),
    matrix(pgbench, { ...between, ...many, size: [1024], factors: { clients: [50] } }),
    matrix(redis, { ...between, ...many, size: [1024], factors: { test: ['get'], clients: [50] } }),
  ],
  plots: [
    {
      id: 'one-client',
      title: 'One client that waits for each answer, against TCP',
      kind: 'speedup',
      metric: 'rate',
      where: { clients: 1 },
    },
    {
      id: 'fifty-clients',
      title: 'Fifty clients, against TCP',
      kind: 'speedup',
      metric: 'rate',
      where: { clients: 50, clock: 'wall', idle: 'poll' },
    },
  ],
  answer: {
    at: 'nginx, 1 KB files to one client',
    where: { workload: 'nginx', size: 1024, clients: 1 },
    metric: 'rate',
    says: [{ text: 'splice {splice/tcp}' }, { text: 'SMC-D {smc/tcp}' }],
    end: 'tcp',
    plot: 'one-client',
  },
  minutes: { smoke: 5, quick: 30, paper: 180 },
});
