import { mean, quantile } from 'simple-statistics';
import { random } from './random.ts';

const resamples = 2000;

/** A percentile bootstrap of the geometric mean over boots. It is reported with the t interval and decides nothing. */
export function bootstrap(replicates: readonly number[], seed: number): { lo: number; hi: number } {
  const logs = replicates.map(Math.log);
  const next = random(seed);
  const draw = () => logs[Math.floor(next() * logs.length)] ?? 0;
  const means = Array.from({ length: resamples }, () => mean(logs.map(draw)));
  return { lo: Math.exp(quantile(means, 0.025)), hi: Math.exp(quantile(means, 0.975)) };
}
