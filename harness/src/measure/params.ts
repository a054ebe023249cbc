import type { Params } from '../workload/sample.ts';

const common = ['workload', 'topology', 'size', 'clock', 'idle', 'kernel'] as const;

/** A string for a point. The order of its factors does not matter; the experiment's own factors include their names. */
export function paramsKey(params: Params): string {
  const factors = Object.keys(params)
    .filter((name) => !(common as readonly string[]).includes(name))
    .sort()
    .map((name) => `${name}=${params[name]}`);
  return [...common.map((name) => params[name] ?? '-'), ...factors].join(':');
}

/** Whether a point has all of the given values. */
export function matches(
  params: Readonly<Record<string, unknown>>,
  where: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(where).every(([name, value]) => params[name] === value);
}

export function withFactor(params: Params, name: string, value: string | number): Params {
  return Object.assign({}, params, { [name]: value });
}
