/** The count of each latency: [nanoseconds, count], the shortest first. */
export type Histogram = readonly (readonly [ns: number, count: number])[];

/** Merges the histograms of several hosts, because their percentiles cannot be merged. */
export function merged(histograms: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const [ns, count] of histograms.flat()) {
    counts.set(ns, (counts.get(ns) ?? 0) + count);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

/** The shortest latency that at least this share of the operations did not exceed. */
export function percentile(histogram: Histogram, share: number): number | undefined {
  const all = histogram.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  return histogram.find(([, count]) => {
    below += count;
    return below >= all * share;
  })?.[0];
}
