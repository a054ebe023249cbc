import { describe, expect, it } from 'vitest';
import { readCounts, type TimedCount } from '../../../src/workload/cas-counts.ts';
import { merged, percentile } from '../../../src/workload/latency.ts';
import { type AtomicName, atomics } from '../../../src/workload/variant/atomics.ts';
import { point } from '../measure/made.ts';

const cluster = { device: '/dev/fabric', memoryPath: 'cxl-straight', testedUpdates: 440, server: undefined };
const served = { ...cluster, memoryPath: 'cxl-forwarded', server: {} as never };

/** Host 0 is fast and host 1 slow: 300 and 100 operations in half a second. */
const counts = (changes: Partial<TimedCount> = {}): TimedCount[] =>
  [300, 100].map((acknowledged, host) => ({
    host,
    hosts: 2,
    op: 'cas',
    words: 1,
    ops: 0,
    acknowledged,
    attempts: acknowledged * 2,
    contended: 10,
    gave_up: false,
    seconds: 0.5,
    latency_ns_p50: 1000,
    latency_ns_p99: 1000,
    total_acknowledged: 400,
    final: 400,
    lost: 0,
    latency_ns: host === 0 ? [[1000, 300]] : [[3000, 100]],
    ...changes,
  }));

const read = (changes?: Partial<TimedCount>, name: AtomicName = 'cas') =>
  readCounts(atomics[name], counts(changes));
const prove = (on: typeof cluster | typeof served, operations: number, changes?: Partial<TimedCount>) => {
  const site = { cluster: { ...on, places: [] }, params: point() };
  const measured = { ...readCounts(atomics.cas, counts(changes)), raw: '' };
  return atomics.cas.prove(site, { served: 5 }, { served: 5 + operations }, measured);
};
const metricOf = ({ values }: ReturnType<typeof read>, metric: string) =>
  values.find((one) => one.metric === metric)?.value;

describe('a sample of several hosts', () => {
  it('adds up their rates, and says how evenly they were served', () => {
    const sample = read();
    expect(metricOf(sample, 'rate')).toBe(800);
    expect(metricOf(sample, 'success_ratio')).toBe(0.5);
    expect(metricOf(sample, 'retries')).toBe(1);
    expect(metricOf(sample, 'fairness')).toBeCloseTo(0.8, 10);
    expect(metricOf(sample, 'lost_updates')).toBe(0);
    expect(sample.transactions).toBe(400);
    expect(sample.fault).toBeUndefined();
  });

  it('has the percentiles of all operations together, not a mean of percentiles', () => {
    expect(metricOf(read(), 'latency_us_p50')).toBe(1);
    expect(metricOf(read(), 'latency_us_p99')).toBe(3);
  });

  it('knows no share of successes where no attempt can fail', () => {
    const metrics = read({}, 'add').values.map(({ metric }) => metric);
    expect(metrics).toEqual(['rate', 'lost_updates', 'fairness', 'latency_us_p50', 'latency_us_p99']);
  });

  it.each([1, -1])('keeps what was lost (%i), and is a fault', (lost) => {
    const sample = read({ lost });
    expect(metricOf(sample, 'lost_updates')).toBe(1);
    expect(sample.fault).toBe('1 of 400 updates were lost');
  });

  it('fails when a host stalled', () => {
    expect(() => read({ gave_up: true })).toThrow('host 0 stalled after 300 operations');
  });
});

describe('the proof', () => {
  it('holds when every host reads what all of them did', () => {
    expect(prove(cluster, 0)).toMatchObject({ name: 'shared-memory', ok: true });
  });

  it('fails when the hosts did not read the same memory', () => {
    expect(prove(cluster, 0, { total_acknowledged: 300 })).toMatchObject({
      ok: false,
      expected: '400 operations of all 2, as each reads it in the memory',
      observed: "300 by cxl-straight, others' traces met 20 times; the self-test lost none of 440",
    });
  });

  it.each([
    [800, true],
    [799, false],
  ])('with %i operations in the server is %s', (operations, ok) => {
    expect(prove(served, operations)).toMatchObject({
      name: 'fabric-operations',
      ok,
      expected: '800 operations cmpxchg in the memory server',
    });
  });
});

describe('histograms', () => {
  it('add up', () => {
    const both = merged([
      [
        [1, 2],
        [8, 1],
      ],
      [
        [1, 1],
        [4, 1],
      ],
    ]);
    expect(both).toEqual([
      [1, 3],
      [4, 1],
      [8, 1],
    ]);
    expect(percentile(both, 0.6)).toBe(1);
    expect(percentile(both, 0.61)).toBe(4);
    expect(percentile(both, 1)).toBe(8);
  });

  it('without a count have no percentile', () => {
    expect(percentile([], 0.5)).toBeUndefined();
  });
});
