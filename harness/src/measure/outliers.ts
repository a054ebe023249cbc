import { quantile } from 'simple-statistics';

const fewestSamples = 10;

/** Samples beyond Tukey's fences. They are reported, never dropped. Too few samples have no fences. */
export function outliers(values: readonly number[]): number[] {
  if (values.length < fewestSamples) return [];
  const [q1, q3] = [quantile([...values], 0.25), quantile([...values], 0.75)];
  const reach = 1.5 * (q3 - q1);
  return values.filter((x) => x < q1 - reach || x > q3 + reach);
}
