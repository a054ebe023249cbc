/** A scale whose pixels are known before vega draws it, so that labels can be moved apart. */
export interface Scale {
  type: 'log' | 'linear';
  domain: [number, number];
  ticks: number[];
}

/** A scale that covers the values with a margin: logarithmic if all of them are positive, otherwise linear. */
export function logScale(values: readonly number[], air = 0.06): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!(low > 0)) return linearScale([...values, 0], air);
  // A lone value, or near-equal ones, would leave an axis without extent.
  const span = Math.max(Math.log(high / low), 0.2);
  const middle = Math.log(high * low) / 2;
  const reach = span / 2 + span * air;
  const domain: [number, number] = [Math.exp(middle - reach), Math.exp(middle + reach)];
  return { type: 'log', domain, ticks: logTicks(domain) };
}

export function linearScale(values: readonly number[], air = 0.06): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || Math.abs(high) || 1;
  const domain: [number, number] = [low < 0 ? low - span * air : low, high + span * air];
  return { type: 'linear', domain, ticks: linearTicks(domain) };
}

/** The scale without what is above `most`. */
export function below(most: number, { type, domain: [from, to], ticks }: Scale): Scale {
  return { type, domain: [from, Math.min(to, most)], ticks: ticks.filter((tick) => tick <= most) };
}

/** The position of a value, from 0 at the start of the domain to 1 at its end. */
export function position({ type, domain: [from, to] }: Scale, value: number): number {
  if (type === 'linear') return (value - from) / (to - from);
  return Math.log(value / from) / Math.log(to / from);
}

/** Ticks at decades; if they are too few, also at 2 and 5, then at every digit, then at even steps. */
function logTicks([from, to]: [number, number]): number[] {
  const first = Math.floor(Math.log10(from));
  const decades = Array.from(
    { length: Math.ceil(Math.log10(to)) - first + 1 },
    (_, at) => 10 ** (first + at),
  );
  const choices = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 8]].map((mantissas) =>
    decades
      .flatMap((decade) => mantissas.map((m) => m * decade))
      .filter((tick) => tick >= from && tick <= to),
  );
  return choices.find((ticks) => ticks.length >= 4) ?? linearTicks([from, to]);
}

function linearTicks([from, to]: [number, number]): number[] {
  const raw = (to - from) / 5;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * ([1, 2, 5].find((digit) => raw <= unit * digit * 1.0001) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** Moves positions apart to at least `gap`, as little as possible and within 0..limit. Keeps their order. */
export function spread(positions: readonly number[], gap: number, limit: number): number[] {
  const order = positions.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at);
  // Groups that touch are merged and centred on their members' mean, until none touch.
  const groups = order.map(({ at }) => ({ ideal: [at], start: at }));
  for (let at = 0; at < groups.length - 1; ) {
    const group = groups[at];
    const next = groups[at + 1];
    if (group === undefined || next === undefined) break;
    if (group.start + group.ideal.length * gap <= next.start + 1e-9) {
      at += 1;
      continue;
    }
    const ideal = [...group.ideal, ...next.ideal];
    groups.splice(at, 2, { ideal, start: placed(ideal, gap, limit) });
    at = Math.max(0, at - 1);
  }
  const sorted = groups.flatMap(({ ideal, start }) => ideal.map((_, place) => start + place * gap));
  const result = new Array<number>(positions.length);
  for (const [place, { index }] of order.entries()) result[index] = sorted[place] ?? 0;
  return result;
}

function placed(ideal: readonly number[], gap: number, limit: number): number {
  const mean = ideal.reduce((sum, at, place) => sum + at - place * gap, 0) / ideal.length;
  return Math.max(0, Math.min(mean, limit - (ideal.length - 1) * gap));
}
