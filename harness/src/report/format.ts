import type { Comparison } from '../measure/compare.ts';
import { widthText } from '../measure/interval.ts';
import type { Cell, ClaimResult } from '../measure/summary.ts';
import { type Metric, metricOf } from '../workload/metric.ts';

/** 540, 3.05k, 38.2k, 1.41M: three digits, as the measurements are no more precise. */
export function amount(value: number): string {
  const step = steps.find(({ from }) => Math.abs(value) >= from);
  if (step === undefined) return digits(value);
  return digits(value / step.unit) + step.suffix;
}

const steps = [
  { from: 999.5e6, unit: 1e9, suffix: 'G' },
  { from: 999.5e3, unit: 1e6, suffix: 'M' },
  { from: 999.5, unit: 1e3, suffix: 'k' },
];

/** Three significant digits; two below a tenth. */
export function digits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return `${value}`;
  if (Math.abs(value) < 0.1) return value.toPrecision(2);
  const rounded = Number(value.toPrecision(3));
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded)) + 1e-9));
  return rounded.toFixed(decimals);
}

/** "±0.02 %", or both ends if they lie far apart; nothing for one boot, which has no interval. */
export function interval(figure: {
  value: number;
  lo: number;
  hi: number;
  boots?: number | undefined;
}): string {
  if (figure.boots === 1) return '';
  return widthText(figure) ?? `[${amount(figure.lo)}, ${amount(figure.hi)}]`;
}

/** "2.28×"; three decimals near 1, where they matter. */
export function times(ratio: number): string {
  return `${Math.abs(ratio - 1) < 0.05 ? ratio.toFixed(3) : digits(ratio)}×`;
}

/** Only a speed is "faster"; instructions, latencies and shares are better or worse. */
export function comparisonText(comparison: Comparison | undefined, metric: Metric): string {
  if (comparison !== 'faster' && comparison !== 'slower') return comparison ?? '';
  if (metricOf(metric).unit.endsWith('/s')) return comparison;
  return comparison === 'faster' ? 'better' : 'worse';
}

export function cellInterval({
  median,
  lo,
  hi,
  boots,
}: Pick<Cell, 'median' | 'lo' | 'hi' | 'boots'>): string {
  return interval({ value: median, lo, hi, boots });
}

/** 1 B, 64 B, 1 KB, 64 KB; a dash if messages have no size. */
export function sizeText(bytes: number): string {
  if (bytes === 0) return '–';
  const exact = sizeUnits.find(({ unit }) => bytes >= unit && bytes % unit === 0);
  return exact === undefined ? `${bytes} B` : `${bytes / exact.unit} ${exact.name}`;
}

const sizeUnits = [
  { unit: 1024 ** 3, name: 'GB' },
  { unit: 1024 ** 2, name: 'MB' },
  { unit: 1024, name: 'KB' },
];

/** "1 boot", "3 boots", "3–5 boots". */
export function plural(count: number | string, noun: string): string {
  return `${count} ${noun}${`${count}` === '1' ? '' : 's'}`;
}

/** The verdict as text: a published figure is "reproduced", a bar is "met". */
export function verdictText({ kind, verdict }: Pick<ClaimResult, 'kind' | 'verdict'>): string {
  if (kind !== 'bar') return verdict;
  return verdict === 'reproduced' ? 'bar met' : verdict === 'not reproduced' ? 'bar not met' : verdict;
}
