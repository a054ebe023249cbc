import netperf from '../workload/netperf.ts';
import pingpong from '../workload/pingpong.ts';
import { defineExperiment } from './define.ts';
import type { Axis } from './experiment.ts';
import { matrix } from './matrix.ts';

const budgets = [0, 1, 2, 5, 10, 20, 50, 100, 200];
const sweep = { variants: ['tcp', 'splice-poll'], headlineSizes: [1024] } as const;
const overBudget: Axis = { factor: 'budget_us', title: 'busy-poll budget, us' };

export default defineExperiment({
  name: 'poll',
  place: 5,
  title: 'The gain and the cost of a busy-poll budget',
  about:
    'A reader of a spliced socket polls its ring for this long before it sleeps. A short budget is enough for a peer' +
    ' that answers immediately. If the peer thinks for longer than the budget, all of it is wasted, which CPU time a' +
    ' transaction shows. A budget of 0 never spins. TCP over loopback has no budget, so its figures show the noise.',
  matrices: [
    matrix(pingpong, {
      ...sweep,
      size: [1024],
      factors: { test: ['rr'], think_us: [0, 30, 150], budget_us: budgets },
    }),
    matrix(netperf, {
      ...sweep,
      size: [1, 1024, 16384],
      factors: { test: ['rr'], budget_us: budgets },
      from: 'quick',
    }),
  ],
  plots: [
    {
      id: 'rate',
      title: 'Round trips a second by budget',
      kind: 'by-size',
      metric: 'rate',
      over: overBudget,
      where: { workload: 'pingpong', clock: 'virtual' },
    },
    {
      id: 'cpu',
      title: 'CPU time a round trip by budget, both ends together',
      kind: 'by-size',
      metric: 'cpu_us_per_txn',
      over: overBudget,
      where: { workload: 'pingpong', clock: 'virtual' },
    },
    {
      id: 'latency',
      title: 'Median latency by budget',
      kind: 'by-size',
      metric: 'latency_us_p50',
      over: overBudget,
      where: { workload: 'pingpong', clock: 'wall', idle: 'poll' },
    },
  ],
  answer: {
    at: 'A peer that answers at once, 1 KB',
    where: { workload: 'pingpong', think_us: 0 },
    metric: 'rate',
    says: [
      { text: 'without a budget {splice-poll/tcp}', where: { budget_us: 0 } },
      { text: 'with 50 us {splice-poll/tcp}', where: { budget_us: 50 } },
    ],
    end: 'tcp',
    plot: 'rate',
  },
  minutes: { smoke: 4, quick: 30, paper: 300 },
});
