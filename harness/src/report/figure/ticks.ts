import { amount, digits } from '../format.ts';

/** 1, 64, 1K, 16K: short enough for a phone. */
export function sizeExpr(ticks: readonly number[]): string {
  return lookup(ticks, (size) =>
    size >= 1048576 && size % 1048576 === 0
      ? `${size / 1048576}M`
      : size >= 1024 && size % 1024 === 0
        ? `${size / 1024}K`
        : `${size}`,
  );
}

export function tickExpr(ticks: readonly number[], format: 'amount' | 'ratio'): string {
  return lookup(ticks, (tick) =>
    format === 'ratio' ? `${Number(digits(tick))}×` : amount(tick).replace(/\.0+(?=\D|$)/, ''),
  );
}

/** Labels as a lookup, because vega's formats know neither 1K = 1024 nor the format of `amount`. */
function lookup(ticks: readonly number[], textOf: (tick: number) => string): string {
  const cases = ticks.map(
    (tick) => `abs(datum.value - ${tick}) <= ${Math.abs(tick) * 1e-6} ? '${textOf(tick)}'`,
  );
  return [...cases, "''"].join(' : ');
}
