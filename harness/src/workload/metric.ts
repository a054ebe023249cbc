interface MetricFacts {
  unit: string;
  better: 'higher' | 'lower';
  /** The title of an axis. */
  title: string;
  /** A count of events, which emulation does not change. */
  counted?: true;
  /** A part of a whole: at most 1. */
  share?: true;
  /** Whether the terminal leaves the metric out: always, or in runs that also measure a rate. Files have it. */
  hidden?: 'always' | 'beside-rate';
}

/** All metrics of workloads, in the order of tables. */
export const metrics = {
  rate: { unit: '1/s', better: 'higher', title: 'transactions/s' },
  instructions_per_txn: {
    unit: 'instructions',
    better: 'lower',
    title: 'instructions a transaction',
    counted: true,
    hidden: 'beside-rate',
  },
  mbit_per_s: { unit: 'Mbit/s', better: 'higher', title: 'Mbit/s' },
  latency_us_p50: { unit: 'us', better: 'lower', title: 'median latency, us', hidden: 'beside-rate' },
  latency_us_p99: {
    unit: 'us',
    better: 'lower',
    title: '99th percentile latency, us',
    hidden: 'beside-rate',
  },
  cpu_us_per_txn: { unit: 'us', better: 'lower', title: 'CPU time a transaction, us', hidden: 'always' },
  bypass_ratio: {
    unit: 'ratio',
    better: 'higher',
    title: 'share of the bytes that bypassed TCP',
    counted: true,
    share: true,
    hidden: 'always',
  },
  copies_per_byte: { unit: 'copies', better: 'lower', title: 'copies a byte', counted: true },
  lost_updates: { unit: 'updates', better: 'lower', title: 'lost updates', counted: true },
  success_ratio: {
    unit: 'ratio',
    better: 'higher',
    title: 'share of attempts that succeed',
    share: true,
  },
  retries: { unit: '1/op', better: 'lower', title: 'retries an operation', hidden: 'always' },
  fairness: { unit: 'index', better: 'higher', title: "fairness (Jain's index)", share: true },
  value: { unit: '', better: 'higher', title: 'value' },
} as const satisfies Record<string, MetricFacts>;

export type Metric = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as [Metric, ...Metric[]];

export const metricOf = (name: Metric): MetricFacts => metrics[name];
